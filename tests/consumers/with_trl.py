"""Trains a tiny model by TRL's own trainers on a version's files: ``with_trl.py FORM BASE TRAIN VALIDATION FOLDER``.

Started under the Python that has torch; prints one JSON value: examples, losses, and what the first example teaches, in words.
"""

import json
import sys
from pathlib import Path
from typing import Any

from datasets import load_dataset
from transformers import AutoModelForCausalLM, AutoTokenizer
from trl import DPOConfig, DPOTrainer, SFTConfig, SFTTrainer

STEPS = 2


def main(form: str, base: str, train: str, validation: str, folder: str) -> dict[str, Any]:
    """Two steps and one evaluation."""
    tokenizer = AutoTokenizer.from_pretrained(base)
    model = AutoModelForCausalLM.from_pretrained(base)
    # A list of files is what the guide of TRL shows; the cache stays in the test's folder.
    sides = load_dataset("json", data_files={"train": train, "validation": validation}, cache_dir=str(Path(folder) / "cache"))
    shared = {"output_dir": folder, "max_steps": STEPS, "logging_steps": 1, "per_device_train_batch_size": 4}
    shared |= {"per_device_eval_batch_size": 4, "report_to": [], "save_strategy": "no", "use_cpu": True, "bf16": False}
    shared |= {"max_length": 256, "seed": 7}
    parts = {
        "model": model,
        "processing_class": tokenizer,
        "train_dataset": sides["train"],
        "eval_dataset": sides["validation"],
    }
    trainer = DPOTrainer(args=DPOConfig(**shared), **parts) if form == "dpo" else SFTTrainer(args=SFTConfig(**shared), **parts)
    trainer.train()
    found = trainer.evaluate()
    (batch,) = [trainer.data_collator([trainer.train_dataset[0]])]
    taught = ""
    if form != "dpo":
        labels = batch["labels"][0].tolist()
        taught = tokenizer.decode([number for number in labels if number >= 0])
    losses = [entry["loss"] for entry in trainer.state.log_history if "loss" in entry]
    return {"examples": len(trainer.train_dataset), "losses": [*losses, found["eval_loss"]], "taught": taught}


if __name__ == "__main__":
    sys.stdout.write("\n" + json.dumps(main(*sys.argv[1:])))
