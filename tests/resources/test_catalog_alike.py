"""What the catalog says of rows alike: columns that have to be there, bands, and how many people."""

from pathlib import Path

import pytest

from resources.catalog import load_catalog
from resources.stage_keys import asset_key, set_key
from tests.end_to_end.landing import catalog_text
from winnow.errors import CatalogError

COLUMNS = "columns: [text, category, stars, customer_name]"


def catalog(folder: Path, table: str = COLUMNS, limits: str = "") -> Path:
    """The small company's catalog with other words about its tickets."""
    text = catalog_text(str(folder), more=limits)
    assert COLUMNS in text
    path = folder / "catalog.yaml"
    path.write_text(text.replace(COLUMNS, table), encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("said", "part"),
    [
        ("sensitive: [age]", "sensitive"),
        ("sensitive: [customer_name]", "sensitive"),
        ("bands: {age: 10}", "bands"),
        ("bands: {customer_name: 10}", "bands"),
    ],
)
def test_a_column_that_does_not_become_text_is_refused(tmp_path: Path, said: str, part: str) -> None:
    """A column that is not read, or is replaced whole, can be neither sensitive nor in bands; the error stands at its place."""
    path = catalog(tmp_path, f"{COLUMNS}\n      {said}")
    with pytest.raises(CatalogError, match=rf"sources\[3\]\.table\.{part}: names a column"):
        load_catalog(path)


@pytest.mark.parametrize("width", ["0", "-5", "ten"])
def test_a_band_has_a_width(tmp_path: Path, width: str) -> None:
    """A width that is no number above zero is refused at its place."""
    with pytest.raises(CatalogError, match=r"table\.bands\.stars"):
        load_catalog(catalog(tmp_path, f"{COLUMNS}\n      bands: {{stars: {width}}}"))


def test_what_is_said_makes_days_stale(tmp_path: Path) -> None:
    """Bands and sensitive columns are part of the key of what is read, the number of people of what is gathered."""
    plain = load_catalog(catalog(tmp_path))
    for said in ("bands: {stars: 2}", "sensitive: [stars]", "sensitive: []"):
        other = load_catalog(catalog(tmp_path, f"{COLUMNS}\n      {said}"))
        assert asset_key(other, "departmental_exports") != asset_key(plain, "departmental_exports")
    more = load_catalog(catalog(tmp_path, limits="limits: {k_anonymity: 9}\n"))
    assert asset_key(more, "departmental_exports") == asset_key(plain, "departmental_exports")
    assert set_key(more) != set_key(plain)
    assert (plain.limits.k_anonymity, more.limits.k_anonymity) == (5, 9)
