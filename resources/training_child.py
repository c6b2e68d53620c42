"""Trains and asks a local model: the child's side of `resources.local_training`, started as a program, with nothing of winnow imported.

Belongs here: transformers, peft and TRL. Does not belong here: which files, and what is kept of the model (the parent).

It runs under whichever Python has the extra `train`. No hub is asked: bases are folders, weights safetensors, code in a model's
folder is not run. The same settings give the same weights on the same machine and number of threads.
"""

import json
import os
import sys
import traceback
from pathlib import Path
from typing import Any

LOCAL = {"local_files_only": True, "trust_remote_code": False}
EVALUATION_BATCH = 64  # records at once where nothing is learnt


class Refused(Exception):
    """A reason that a person can do something about; it quotes nothing."""


def main(path: Path) -> int:
    """Do what the job in the file at ``path`` says; on failure leave ``said.json`` beside it."""
    os.umask(0o077)  # what it writes was learnt from texts
    job: dict[str, Any] = json.loads(path.read_bytes())
    try:
        _libraries()
        if job["do"] == "train":
            (_train_classifier if job["kind"] == "classifier" else _train_causal)(job)
        else:
            (_ask_classifier if job["kind"] == "classifier" else _ask_causal)(job)
    except Exception as error:  # noqa: BLE001 - the parent tells the kind; the log beside the job has the rest
        traceback.print_exc()
        frames = traceback.extract_tb(error.__traceback__)
        place = f"{frames[-1].name}, {Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else ""
        said = str(error) if isinstance(error, Refused) else f"{type(error).__name__} in {place}; training/log.txt has the rest"
        (path.parent / "said.json").write_text(json.dumps({"said": said}))
        return 1
    return 0


def _libraries() -> None:
    try:
        import torch  # noqa: F401, PLC0415 - to say what is missing before anything is done
        import transformers  # noqa: PLC0415 - the same
    except ImportError as error:
        raise Refused(
            f"this Python has no {error.name}; install the extra `train` (pip install 'winnow[train]'), or name another Python as `python`"
        ) from None
    transformers.logging.set_verbosity_error()


def _train_classifier(job: dict[str, Any]) -> None:
    import numpy as np  # noqa: PLC0415 - torch's Python has it
    from transformers import (  # noqa: PLC0415 - seconds to load
        AutoModelForSequenceClassification,
        AutoTokenizer,
        DataCollatorWithPadding,
        Trainer,
        set_seed,
    )

    settings = job["settings"]
    set_seed(settings["seed"])
    names = list(job["names"])
    tokenizer = AutoTokenizer.from_pretrained(job["base"], **LOCAL)
    model = AutoModelForSequenceClassification.from_pretrained(
        job["base"],
        num_labels=len(names),
        id2label=dict(enumerate(names)),
        label2id={name: number for number, name in enumerate(names)},
        use_safetensors=True,
        **LOCAL,
    )
    longest = min(settings["max_tokens"], getattr(model.config, "max_position_embeddings", settings["max_tokens"]))

    def encoded(path: str) -> list[dict[str, Any]]:
        rows = [json.loads(line) for line in Path(path).read_bytes().splitlines()]
        encodings = tokenizer([row["text"] for row in rows], truncation=True, max_length=longest)
        return [{**{key: encodings[key][place] for key in encodings}, "labels": row["label"]} for place, row in enumerate(rows)]

    def measured(prediction: Any) -> dict[str, float]:
        given, wanted = np.argmax(prediction.predictions, axis=1), prediction.label_ids
        scores = []
        for number in np.unique(wanted):
            both = int(((given == number) & (wanted == number)).sum())
            scores.append(2 * both / int((given == number).sum() + (wanted == number).sum()))
        return {"accuracy": float((given == wanted).mean()), "macro_f1": float(np.mean(scores))}

    train, validation = encoded(job["train"]), encoded(job["validation"]) if job["validation"] else []
    trainer = Trainer(
        model=model,
        args=_arguments(job, best="macro_f1" if validation else None, rows=len(train)),
        train_dataset=train,
        eval_dataset=validation or None,
        data_collator=DataCollatorWithPadding(tokenizer),
        compute_metrics=measured,
    )
    _run(trainer, job)
    _keep(job, trainer.model, tokenizer)


def _train_causal(job: dict[str, Any]) -> None:
    from datasets import Dataset  # noqa: PLC0415 - seconds to load
    from peft import LoraConfig  # noqa: PLC0415 - the same
    from transformers import AutoModelForCausalLM, set_seed  # noqa: PLC0415 - the same
    from trl import SFTConfig, SFTTrainer  # noqa: PLC0415 - the same

    settings = job["settings"]
    set_seed(settings["seed"])
    tokenizer = _causal_tokenizer(job)
    model = AutoModelForCausalLM.from_pretrained(job["base"], use_safetensors=True, dtype="float32", **LOCAL)

    def records(path: str) -> Dataset:
        return Dataset.from_list([_pair(json.loads(line)) for line in Path(path).read_bytes().splitlines()])

    train, validation = records(job["train"]), records(job["validation"]) if job["validation"] else None
    given = _arguments(job, best=None, rows=len(train)).to_dict()
    kept = {key: given[key] for key in _ARGUMENTS}
    trainer = SFTTrainer(
        model=model,
        args=SFTConfig(
            **kept,
            gradient_accumulation_steps=settings["gradient_accumulation"],
            max_length=settings["max_tokens"],
            bf16=False,  # TRL's default is what a processor cannot do; adapters are small, the base is in single precision
            completion_only_loss=True,  # the prompt is given at use, so it is not learnt
        ),
        train_dataset=train,
        eval_dataset=validation,
        processing_class=tokenizer,
        peft_config=LoraConfig(
            r=settings["rank"],
            lora_alpha=settings["alpha"],
            lora_dropout=settings["dropout"],
            target_modules="all-linear",
            task_type="CAUSAL_LM",
        ),
    )
    _run(trainer, job)
    _keep(job, trainer.model, tokenizer)


def _causal_tokenizer(job: dict[str, Any]) -> Any:
    from transformers import AutoTokenizer  # noqa: PLC0415 - seconds to load

    tokenizer = AutoTokenizer.from_pretrained(job["base"], **LOCAL)
    if job["settings"]["format"] == "chat" and not tokenizer.chat_template:
        raise Refused("the base's tokenizer has no chat template; train on `format: completion`, or take a base made for chats")
    if tokenizer.pad_token is None:
        tokenizer.pad_token = tokenizer.eos_token or tokenizer.unk_token
    return tokenizer


def _pair(record: dict[str, Any]) -> dict[str, Any]:
    """A line as prompt and completion, so that only the answer is learnt whatever the chat template marks."""
    if "messages" in record:
        return {"prompt": record["messages"][:-1], "completion": record["messages"][-1:]}
    return {"prompt": record["prompt"], "completion": record["completion"]}


_ARGUMENTS = (
    "output_dir",
    "num_train_epochs",
    "per_device_train_batch_size",
    "per_device_eval_batch_size",
    "learning_rate",
    "weight_decay",
    "warmup_steps",
    "lr_scheduler_type",
    "seed",
    "data_seed",
    "eval_strategy",
    "save_strategy",
    "save_total_limit",
    "logging_strategy",
    "report_to",
    "disable_tqdm",
)


def _arguments(job: dict[str, Any], *, best: str | None, rows: int) -> Any:
    from transformers import TrainingArguments  # noqa: PLC0415 - seconds to load

    settings = job["settings"]
    accumulated = settings["batch_size"] * settings.get("gradient_accumulation", 1)
    steps = max(1, -(-rows // accumulated)) * settings["epochs"]
    return TrainingArguments(
        output_dir=str(Path(job["into"], "checkpoints")),
        num_train_epochs=settings["epochs"],
        per_device_train_batch_size=settings["batch_size"],
        per_device_eval_batch_size=min(EVALUATION_BATCH, settings["batch_size"] * 2),
        learning_rate=settings["learning_rate"],
        weight_decay=settings["weight_decay"],
        warmup_steps=int(steps * settings["warmup_share"]),
        lr_scheduler_type="linear",
        seed=settings["seed"],
        data_seed=settings["seed"],
        eval_strategy="epoch" if job["validation"] else "no",
        save_strategy="epoch",  # where a training that is cut off goes on from
        save_total_limit=1,
        load_best_model_at_end=best is not None,
        metric_for_best_model=best,
        logging_strategy="epoch",
        train_sampling_strategy="group_by_length",  # short texts beside short ones: less than half the padding, hence of the time
        report_to="none",
        disable_tqdm=True,
    )


def _run(trainer: Any, job: dict[str, Any]) -> None:
    checkpoints = sorted(Path(job["into"], "checkpoints").glob("checkpoint-*/trainer_state.json"))
    whole = [path.parent for path in checkpoints if list(path.parent.glob("*.safetensors"))]
    newest = max(whole, key=lambda path: int(path.name.rpartition("-")[2]), default=None)
    trainer.train(resume_from_checkpoint=str(newest) if newest else None)
    Path(job["into"], "progress.json").write_text(json.dumps(trainer.state.log_history, indent=1))


def _keep(job: dict[str, Any], model: Any, tokenizer: Any) -> None:
    """Write the weights, whole or not at all, and drop the checkpoints that only a cut-off training needs."""
    import shutil  # noqa: PLC0415 - beside its use

    target = Path(job["weights"])
    beside = target.with_name(".tmp-weights")
    shutil.rmtree(beside, ignore_errors=True)
    model.save_pretrained(beside, safe_serialization=True)
    tokenizer.save_pretrained(beside)
    shutil.rmtree(target, ignore_errors=True)
    beside.rename(target)
    shutil.rmtree(Path(job["into"], "checkpoints"), ignore_errors=True)


def _ask_classifier(job: dict[str, Any]) -> None:
    import torch  # noqa: PLC0415 - seconds to load
    from transformers import AutoModelForSequenceClassification, AutoTokenizer  # noqa: PLC0415 - the same

    folder = job["weights"]
    tokenizer = AutoTokenizer.from_pretrained(folder, **LOCAL)
    model = AutoModelForSequenceClassification.from_pretrained(folder, use_safetensors=True, **LOCAL).eval()
    longest = min(job["settings"]["max_tokens"], getattr(model.config, "max_position_embeddings", 512))
    texts = [request["text"] for request in json.loads(Path(job["requests"]).read_bytes())]
    order = sorted(range(len(texts)), key=lambda place: len(texts[place]))
    found = [0] * len(texts)
    with torch.inference_mode():
        for start in range(0, len(order), EVALUATION_BATCH):
            places = order[start : start + EVALUATION_BATCH]
            batch = tokenizer(
                [texts[place] for place in places], truncation=True, max_length=longest, padding=True, return_tensors="pt"
            )
            for place, number in zip(places, model(**batch).logits.argmax(dim=1).tolist(), strict=True):
                found[place] = number
    Path(job["answers"]).write_text(json.dumps(found))


def _ask_causal(job: dict[str, Any]) -> None:
    import torch  # noqa: PLC0415 - seconds to load
    from transformers import AutoModelForCausalLM  # noqa: PLC0415 - the same

    tokenizer = _causal_tokenizer(job)
    model = AutoModelForCausalLM.from_pretrained(job["base"], use_safetensors=True, dtype="float32", **LOCAL)
    if job["weights"]:
        from peft import PeftModel  # noqa: PLC0415 - seconds to load

        model = PeftModel.from_pretrained(model, job["weights"], local_files_only=True)
    model.eval()
    found = []
    room = getattr(model.config, "max_position_embeddings", 2048) - job["max_new_tokens"]
    with torch.inference_mode():
        for request in json.loads(Path(job["requests"]).read_bytes()):
            if "messages" in request:
                text = tokenizer.apply_chat_template(request["messages"], add_generation_prompt=True, tokenize=False)
                given = tokenizer(text, add_special_tokens=False, return_tensors="pt")
            else:
                given = tokenizer(request["prompt"], return_tensors="pt")
            given = {key: value[:, -max(room, 1) :] for key, value in given.items() if key != "token_type_ids"}
            stop = {"stop_strings": [job["stop"]], "tokenizer": tokenizer} if job["stop"] else {}
            made = model.generate(
                **given, max_new_tokens=job["max_new_tokens"], do_sample=False, pad_token_id=tokenizer.pad_token_id, **stop
            )
            found.append(tokenizer.decode(made[0, given["input_ids"].shape[1] :], skip_special_tokens=True))
    Path(job["answers"]).write_text(json.dumps(found))


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
