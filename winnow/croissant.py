"""croissant.json: the version described in MLCommons Croissant 1.1 with its RAI vocabulary, for tools that find and load datasets.

Belongs here: the JSON-LD document. Does not belong here: the card for people (`winnow.card`), what fields a format has
(`winnow.exports`).

Specifications: https://docs.mlcommons.org/croissant/docs/croissant-spec-1.1.html and
https://docs.mlcommons.org/croissant/docs/croissant-rai-spec.html. There is no date of publication in it: a version holds no clock.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from winnow.card import configurations
from winnow.exports import exports, layout_of
from winnow.exports._base import Field
from winnow.manifest import File
from winnow.placeholders import Mode

_CONTEXT: dict[str, Any] = {
    "@language": "en",
    "@vocab": "https://schema.org/",
    "arrayShape": "cr:arrayShape",
    "citeAs": "cr:citeAs",
    "column": "cr:column",
    "conformsTo": "dct:conformsTo",
    "containedIn": "cr:containedIn",
    "cr": "http://mlcommons.org/croissant/",
    "data": {"@id": "cr:data", "@type": "@json"},
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "dct": "http://purl.org/dc/terms/",
    "description": {"@container": "@language"},
    "equivalentProperty": "cr:equivalentProperty",
    "examples": {"@id": "cr:examples", "@type": "@json"},
    "extract": "cr:extract",
    "field": "cr:field",
    "fileObject": "cr:fileObject",
    "fileProperty": "cr:fileProperty",
    "fileSet": "cr:fileSet",
    "format": "cr:format",
    "includes": "cr:includes",
    "isArray": "cr:isArray",
    "isLiveDataset": "cr:isLiveDataset",
    "jsonPath": "cr:jsonPath",
    "key": "cr:key",
    "md5": "cr:md5",
    "name": {"@container": "@language"},
    "parentField": "cr:parentField",
    "path": "cr:path",
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

_CONFORMS_TO = ["http://mlcommons.org/croissant/1.1", "http://mlcommons.org/croissant/RAI/1.0"]

_ENCODINGS = {
    ".jsonl": "application/jsonlines",
    ".json": "application/json",
    ".parquet": "application/x-parquet",
    ".md": "text/markdown",
}

_REPLACED: Mapping[Mode, str] = {
    "placeholder": "replaced by typed placeholders that are numbered within an example",
    "surrogate": "replaced by made-up values of the same kind",
    "removal": "taken out",
}


def croissant(  # noqa: PLR0913 - keyword-only facts of one version, each from another function
    dataset: str,
    version: str,
    files: Sequence[File],
    licences: Sequence[str],
    *,
    description: str = "",
    languages: Sequence[str] = (),
    kinds: Sequence[str] = (),
    pii: Mapping[str, int] | None = None,
    replacement: Mode = "placeholder",
    origins: Sequence[str] = ("human",),
) -> dict[str, Any]:
    """The Croissant document of ``version``: one file object a file, one record set for each task, format and side.

    Args:
        dataset: its name.
        version: its name.
        files: all files of the version; those under ``data/`` and ``index/`` are described.
        licences: of the examples.
        description: one paragraph; default: what every dataset of winnow is.
        languages: of the examples.
        kinds: of the tasks.
        pii: what was replaced in the examples, by entity.
        replacement: what stands in its place.
        origins: who wrote the texts, ``human`` or ``model``.
    """
    wanted = [file for file in sorted(files) if file.path.startswith(("data/", "index/"))]
    said = description or f"{dataset}: examples for fine-tuning language models, made from an organisation's own documents"
    return {
        "@context": _CONTEXT,
        "@type": "sc:Dataset",
        "conformsTo": _CONFORMS_TO,
        "name": dataset,
        "description": said,
        "version": version,
        "license": sorted(set(licences)) or ["unknown"],
        "inLanguage": sorted(set(languages)) or ["und"],
        "keywords": sorted({"fine-tuning", *kinds}),
        "citeAs": f"@misc{{{dataset}, title={{{dataset}}}, note={{version {version}}}}}",
        "url": f"urn:winnow:{dataset}:{version}",
        **_responsible(pii or {}, replacement, origins, kinds),
        "distribution": [_file_object(file) for file in wanted],
        "recordSet": [
            _record_set(configuration["config_name"], part["split"], part["path"])
            for configuration in configurations(wanted)
            for part in configuration["data_files"]
        ],
    }


def _responsible(pii: Mapping[str, int], replacement: Mode, origins: Sequence[str], kinds: Sequence[str]) -> dict[str, Any]:
    """The fields of the RAI vocabulary: what was done to the texts, and what may not be concluded from them."""
    entities = ", ".join(f"{name}: {count}" for name, count in sorted(pii.items())) or "none was found"
    model = ["Some texts were written by a model; the index says which (origin)."] if "model" in origins else []
    return {
        "rai:dataCollection": "Documents, transcripts and tables that an organisation keeps in the course of work, read from its own "
        "sources by winnow.",
        "rai:dataCollectionType": ["Secondary Data Analysis"],
        "rai:dataPreprocessingProtocol": [
            (
                "Text was read with its place in the source; personal data was replaced before examples were made; exact and near "
                "duplicates were dropped; sides were decided by groups of what belongs together; train alone was balanced."
            ),
            "Strings that a consumer would take for its own were changed, and long texts cut, as the manifest counts by format.",
        ],
        "rai:dataAnnotationProtocol": [
            "Labels, scores and answers are those that people gave in the course of work; nothing was labelled by a model or a lexicon."
        ],
        "rai:dataUseCases": [f"Fine-tuning and evaluating models: {', '.join(sorted(set(kinds))) or 'language modelling'}."],
        "rai:dataLimitations": [
            "Recognition of personal data is automatic and not perfect. Classes with few test examples measure little.",
            *model,
        ],
        "rai:dataBiases": [
            (
                "The texts say what their authors wrote, with their errors and views; who writes or is written about is not a sample of "
                "anybody but the organisation and its customers."
            )
        ],
        "rai:personalSensitiveInformation": [f"Found and {_REPLACED[replacement]}, mentions by entity: {entities}."],
        "rai:dataSocialImpact": "No statement about single persons may be derived from it.",
        "rai:dataReleaseMaintenancePlan": "A version never changes. Corrected and withdrawn documents are followed by a new version, in "
        "which an example keeps its side.",
    }


def _file_object(file: File) -> dict[str, Any]:
    suffix = file.path[file.path.rindex(".") :]
    return {
        "@type": "cr:FileObject",
        "@id": file.path,
        "name": file.path.replace("/", "-"),
        "contentUrl": file.path,
        "contentSize": f"{file.bytes} B",
        "encodingFormat": _ENCODINGS.get(suffix, "application/octet-stream"),
        "sha256": file.sha256,
    }


def _record_set(configuration: str, side: str, path: str) -> dict[str, Any]:
    identity = f"{configuration}-{side}"
    return {
        "@type": "cr:RecordSet",
        "@id": identity,
        "name": identity,
        "field": [_field(identity, field, path) for field in exports()[path.split("/")[2]].fields],
    }


def _field(identity: str, field: Field, path: str) -> dict[str, Any]:
    """Where a field is found: of an array by a JSON path, else by its column, and within each value by another JSON path."""
    is_array = layout_of(path) == "array"
    place = {"jsonPath": f"$[*].{field.column}"} if is_array else {"column": field.column}
    return {
        "@type": "cr:Field",
        "@id": f"{identity}/{field.name}",
        "name": field.name,
        "dataType": field.kind,
        **({"isArray": True, "arrayShape": "-1"} if field.many else {}),
        "source": {
            "fileObject": {"@id": path},
            "extract": place,
            **({"transform": {"jsonPath": field.within}} if field.within else {}),
        },
    }
