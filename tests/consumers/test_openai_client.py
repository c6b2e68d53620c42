"""The test service stands for the real interface: OpenAI's own client finds in it what it expects, and takes our files."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.resources import small_version
from tests.resources.jobs_server import KEY, Service, service

openai = pytest.importorskip("openai", reason="needs the extra `consumers`: `make test-consumers`")


@pytest.fixture
def server() -> Iterator[Service]:
    """The service."""
    with service() as found:
        yield found


def test_openais_client_goes_the_same_way(server: Service, tmp_path: Path) -> None:
    """Upload, list, create, follow and ask with the real client, which checks the shape of every answer."""
    releases = small_version.publish(tmp_path)
    data = releases.version_path(releases.manifest()["version"]) / "data" / small_version.TASK / "chat"
    client = openai.OpenAI(api_key=KEY, base_url=server.address, max_retries=0)
    with (data / "train.jsonl").open("rb") as content:
        file = client.files.create(file=content, purpose="fine-tune")
    assert server.contents[file.id] == (data / "train.jsonl").read_bytes()
    assert [found.id for found in client.files.list(purpose="fine-tune")] == [file.id]
    job = client.fine_tuning.jobs.create(model="base-1", training_file=file.id, suffix="winnow", metadata={"winnow_model": "m"})
    assert [found.id for found in client.fine_tuning.jobs.list()] == [job.id]
    states = [client.fine_tuning.jobs.retrieve(job.id) for _ in range(2)]
    assert [found.status for found in states] == ["running", "succeeded"]
    model = states[-1].fine_tuned_model
    assert model is not None
    answer = client.chat.completions.create(model=model, messages=[{"role": "user", "content": "where is my parcel"}])
    assert answer.choices[0].message.content == "order"


def test_openais_client_sees_an_unknown_file_refused(server: Service) -> None:
    """A job on a file that was never uploaded is refused as the real service refuses it."""
    client = openai.OpenAI(api_key=KEY, base_url=server.address, max_retries=0)
    with pytest.raises(openai.BadRequestError, match="invalid training_file"):
        client.fine_tuning.jobs.create(model="base-1", training_file="file-9")
