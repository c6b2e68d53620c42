"""croissant.json: the version described in MLCommons Croissant 1.0, for tools that find and load datasets.

Belongs here: the JSON-LD document. Does not belong here: the card for people (`winnow.card`).

Specification: https://docs.mlcommons.org/croissant/docs/croissant-spec.html. There is no date of publication in it: a version
holds no clock.
"""

from collections.abc import Sequence
from typing import Any

from winnow.card import configurations
from winnow.manifest import File

_CONTEXT: dict[str, Any] = {
    "@language": "en",
    "@vocab": "https://schema.org/",
    "citeAs": "cr:citeAs",
    "column": "cr:column",
    "conformsTo": "dct:conformsTo",
    "cr": "http://mlcommons.org/croissant/",
    "data": {"@id": "cr:data", "@type": "@json"},
    "dataBiases": "cr:dataBiases",
    "dataCollection": "cr:dataCollection",
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "dct": "http://purl.org/dc/terms/",
    "equivalentProperty": "cr:equivalentProperty",
    "examples": {"@id": "cr:examples", "@type": "@json"},
    "extract": "cr:extract",
    "field": "cr:field",
    "fileObject": "cr:fileObject",
    "fileProperty": "cr:fileProperty",
    "fileSet": "cr:fileSet",
    "format": "cr:format",
    "includes": "cr:includes",
    "isLiveDataset": "cr:isLiveDataset",
    "jsonPath": "cr:jsonPath",
    "key": "cr:key",
    "md5": "cr:md5",
    "parentField": "cr:parentField",
    "path": "cr:path",
    "personalSensitiveInformation": "cr:personalSensitiveInformation",
    "rai": "http://mlcommons.org/croissant/RAI/",
    "recordSet": "cr:recordSet",
    "references": "cr:references",
    "regex": "cr:regex",
    "repeated": "cr:repeated",
    "replace": "cr:replace",
    "samplingRate": "cr:samplingRate",
    "sc": "https://schema.org/",
    "separator": "cr:separator",
    "source": "cr:source",
    "subField": "cr:subField",
    "transform": "cr:transform",
}
"""The context that the specification prescribes."""

_FIELDS: dict[str, dict[str, dict[str, Any]]] = {
    "chat": {
        "role": {"extract": {"column": "messages"}, "transform": {"jsonPath": "$[*].role"}},
        "content": {"extract": {"column": "messages"}, "transform": {"jsonPath": "$[*].content"}},
    },
    "completion": {"prompt": {"extract": {"column": "prompt"}}, "completion": {"extract": {"column": "completion"}}},
}
"""Where the fields of a line are found, by format and field; a format that is not here is listed as files only."""


def croissant(dataset: str, version: str, files: Sequence[File], licences: Sequence[str]) -> dict[str, Any]:
    """The Croissant document of ``version``: one file object a file, one record set for each task, format and side."""
    wanted = [file for file in sorted(files) if file.path.startswith(("data/", "index/"))]
    return {
        "@context": _CONTEXT,
        "@type": "sc:Dataset",
        "conformsTo": "http://mlcommons.org/croissant/1.0",
        "name": dataset,
        "description": f"{dataset}: examples for fine-tuning language models, made from an organisation's own documents",
        "version": version,
        "license": sorted(set(licences)) or ["unknown"],
        "url": f"urn:winnow:{dataset}:{version}",
        "distribution": [
            {
                "@type": "cr:FileObject",
                "@id": file.path,
                "name": file.path.replace("/", "-"),
                "contentUrl": file.path,
                "contentSize": f"{file.bytes} B",
                "encodingFormat": "application/jsonlines" if file.path.endswith(".jsonl") else "application/json",
                "sha256": file.sha256,
            }
            for file in wanted
        ],
        "recordSet": [
            _record_set(configuration["config_name"], part["split"], part["path"])
            for configuration in configurations(wanted)
            for part in configuration["data_files"]
            if part["path"].split("/")[2] in _FIELDS
        ],
    }


def _record_set(configuration: str, side: str, path: str) -> dict[str, Any]:
    identity = f"{configuration}-{side}"
    return {
        "@type": "cr:RecordSet",
        "@id": identity,
        "name": identity,
        "field": [
            {
                "@type": "cr:Field",
                "@id": f"{identity}/{name}",
                "name": name,
                "dataType": "sc:Text",
                **({"repeated": True} if "transform" in place else {}),
                "source": {"fileObject": {"@id": path}, **place},
            }
            for name, place in _FIELDS[path.split("/")[2]].items()
        ],
    }
