from __future__ import annotations

import hashlib
import io
import json
import os
import subprocess
import sys
from dataclasses import replace

import matplotlib.style
import numpy as np
import pandas as pd
import pypdf
import pytest
from PIL import Image

from aurelius_kernel import reporting
from aurelius_kernel.errors import InvalidField
from aurelius_kernel.hashing import canonical_json
from aurelius_kernel.metrics import Metric
from aurelius_kernel.model import Provenance, StrategySpec
from aurelius_kernel.views.metric_table import label, written
from aurelius_kernel.views.numerals import money, short_percent

HOSTILE = '#sys.inputs $x^2$ *b* _i_ `c` <b>&amp;</b> \\n // @x [y] \x07\u202eabc "q" \u05e9\u05dc\u05d5\u05dd'
LONG = "Zażółć·株式_" + "x" * 49


def reader(document: bytes) -> pypdf.PdfReader:
    return pypdf.PdfReader(io.BytesIO(document))


def text(document: bytes) -> str:
    """The document's words, one space between any two; a word that was broken over two lines is two."""
    return " ".join(" ".join(page.extract_text() for page in reader(document).pages).split())


@pytest.fixture(scope="module")
def sheet(goog) -> bytes:
    return reporting.pdf(goog)


@pytest.fixture(scope="module")
def odd(run, closes):
    """Runs at the edges of what can be asked, by name."""
    names = [f"INSTRUMENT-WITH-A-LONG-NAME-{number:02d}-Zażółć·株式" for number in range(30)]
    noise = np.random.default_rng(1).normal(0, 0.01, (len(closes), 30)).cumsum(axis=0)
    many = pd.DataFrame(closes.to_numpy() * np.exp(noise), index=closes.index, columns=names)
    decades = pd.bdate_range("1990-01-02", periods=7_560, tz="UTC").as_unit("ns")
    drift = np.random.default_rng(2).normal(0.0003, 0.012, 7_560).cumsum()
    minutes = pd.date_range("2020-01-01", periods=5_000, freq="min", tz="UTC").as_unit("ns")
    steps = np.random.default_rng(3).normal(0, 0.001, 5_000).cumsum()
    plain = StrategySpec(type="trend_following")
    ruin = run(closes, plain)
    broke = np.where(np.arange(len(closes)) < 1_000, ruin.equity_values, 0.0)
    source = Provenance(provider=HOSTILE, licence=HOSTILE * 3, quality_flags=(HOSTILE,) * 3, transforms=(HOSTILE,))
    hostile = run(closes.rename(columns={"GOOG": HOSTILE}), StrategySpec(type=HOSTILE, parameters={HOSTILE: HOSTILE}))
    return {
        "thirty instruments": run(many, StrategySpec(type=LONG)),
        "thirty years": run(pd.DataFrame({"LONG": 100 * np.exp(drift)}, index=decades), plain),
        "minutes and fortunes": run(
            pd.DataFrame({"EURUSD": 1.2e-5 * np.exp(steps)}, index=minutes), plain, capital=9e14, frequency="1min"
        ),
        "five bars": run(closes.iloc[:5], plain),
        "one bar": run(closes.iloc[:1], plain),
        "no trades": run(closes.iloc[:29], plain),
        "ruin": replace(ruin, equity_values=broke, flags=("bankrupt",)),
        "riches": replace(ruin, equity_values=np.geomspace(1e4, 1e15, len(closes))),
        "hostile": replace(hostile, provenance={HOSTILE: source}, flags=("same_bar_fill", "orders_cut", "open_at_end", HOSTILE)),
    }


ODD = (
    "thirty instruments",
    "thirty years",
    "minutes and fortunes",
    "five bars",
    "one bar",
    "no trades",
    "ruin",
    "riches",
    "hostile",
)


@pytest.mark.parametrize(("paper", "size"), [("a4", (595.3, 841.9)), ("letter", (612.0, 792.0))])
def test_the_pages_have_the_size_of_the_paper(goog, paper, size):
    pages = reader(reporting.pdf(goog, paper)).pages
    assert len(pages) >= 3
    assert {(round(float(page.mediabox.width), 1), round(float(page.mediabox.height), 1)) for page in pages} == {size}


def test_every_page_says_its_number_the_strategy_and_the_hash(goog, sheet):
    pages = reader(sheet).pages
    for number, page in enumerate(pages, start=1):
        words = " ".join(page.extract_text().split())
        assert f"page {number} of {len(pages)}" in words
        assert "Trend following" in words
        assert goog.hash[:10] in words


def test_every_metric_of_the_json_is_in_the_pdf(goog, sheet):
    numbers = json.loads(canonical_json(reporting.summary(goog)))
    words = text(sheet)
    missing = [metric for metric in Metric if f"{label(metric)} {written(metric, numbers['metrics'][metric])}" not in words]
    assert missing == []


def test_the_costs_trades_and_years_of_the_json_are_in_the_pdf(goog, sheet):
    numbers, words = reporting.summary(goog), text(sheet)
    trades = numbers["trades"]["best"] + numbers["trades"]["worst"]
    assert f"All costs {money(numbers['costs_paid']['total'])}" in words
    assert all(money(trade["pnl"]) in words for trade in trades)
    assert all(short_percent(year["return"]) in words for year in numbers["monthly_returns"])


def test_identity_source_and_definitions_are_in_the_pdf(goog, sheet):
    words = text(sheet).replace(" ", "")
    identity = (goog.hash, goog.identity.key, goog.identity.spec_hash, goog.identity.data_hash)
    assert all(value in words for value in identity)
    assert "backtesting.pysample" in words
    assert all(metric.formula.replace(" ", "") in words for metric in Metric)


@pytest.mark.parametrize(("trials", "told"), [(None, "not recorded"), (1, "the only trial"), (1_225, "the best of 1,225 trials")])
def test_the_trials_behind_the_sharpe_ratio_stand_beside_it(goog, trials, told):
    assert told in text(reporting.pdf(goog, trials=trials))


def test_the_title_is_in_the_metadata_and_the_date_is_that_of_the_data(sheet):
    metadata = reader(sheet).metadata
    assert metadata.title == "Backtest tear sheet: Trend following"
    assert metadata.creation_date_raw.startswith("D:20130301")


def test_only_the_reports_own_fonts_are_used_and_all_are_embedded(odd):
    fonts = {}
    for page in reader(reporting.pdf(odd["hostile"])).pages:
        for font in page["/Resources"]["/Font"].values():
            descendant = font["/DescendantFonts"][0]
            embedded = {"/FontFile2", "/FontFile3"} & set(descendant["/FontDescriptor"])
            fonts[str(descendant["/BaseFont"]).partition("+")[2]] = bool(embedded)
    assert set(fonts) == {"DejaVuSans", "DejaVuSansMono", "Inter-Medium", "Inter-Regular", "Inter-SemiBold"}
    assert all(fonts.values())


def test_figures_are_vectors(sheet):
    assert [image.name for page in reader(sheet).pages for image in page.images] == []


def test_hostile_text_comes_out_as_it_is(odd):
    words = text(reporting.pdf(odd["hostile"]))
    for literal in ("#sys.inputs", "$x^2$", "*b*", "_i_", "`c`", "<b>&amp;</b>", "\\n", "//", "@x", "[y]", '"q"', "<U+0007>"):
        assert literal in words
    assert "<U+202E>abc" in words
    assert set("\u05e9\u05dc\u05d5\u05dd") <= set(words)


def test_the_same_result_gives_the_same_bytes(goog, sheet):
    assert reporting.pdf(goog) == sheet


def test_what_a_notebook_has_set_for_its_own_plots_changes_nothing(goog, sheet):
    own = {"lines.linewidth": 9, "axes.facecolor": "black", "xtick.major.width": 5, "svg.fonttype": "none", "figure.dpi": 30}
    with matplotlib.style.context(["dark_background", own]):
        assert reporting.pdf(goog) == sheet


def test_another_process_elsewhere_gives_the_same_bytes(goog, sheet, tmp_path):
    stored = tmp_path / "result.json"
    stored.write_bytes(goog.canonical_bytes)
    code = (
        "import hashlib, json, sys; from aurelius_kernel import reporting; from aurelius_kernel.model import BacktestResult\n"
        f"result = BacktestResult.from_document(json.loads(open({str(stored)!r}).read()))\n"
        "print(hashlib.sha256(reporting.pdf(result)).hexdigest(), sorted({'vectorbt', 'matplotlib.pyplot'} & set(sys.modules)))"
    )
    elsewhere = {"PYTHONHASHSEED": "7", "TZ": "Asia/Tokyo", "LC_ALL": "C", "SOURCE_DATE_EPOCH": "0", "HOME": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
        cwd=tmp_path,
        env={"PATH": os.environ["PATH"], **elsewhere},
    )
    assert done.stdout.strip() == f"{hashlib.sha256(sheet).hexdigest()} []"


@pytest.mark.parametrize("paper", ["a4", "letter"])
@pytest.mark.parametrize("name", ODD)
def test_nothing_is_printed_beyond_the_margins(odd, name, paper):
    pages = reporting.page_images(odd[name], paper, ppi=36.0)
    assert len(pages) >= 3
    for page in pages:
        ink = np.asarray(Image.open(io.BytesIO(page)).convert("L")) < 250
        margin = int(17 / 25.4 * 36)
        assert not ink[:, :margin].any()
        assert not ink[:, -margin:].any()
        assert not ink[: margin // 2].any()
        assert not ink[-margin // 4 :].any()


def test_a_table_that_goes_on_repeats_its_head(odd):
    pages = reader(reporting.pdf(odd["thirty instruments"], "letter")).pages
    heads = [page.extract_text().count("Instrument Round trips Won Profit Commission") for page in pages]
    assert sorted(heads)[-3:] == [0, 1, 1]


def test_thirty_years_each_have_their_row(odd):
    words = text(reporting.pdf(odd["thirty years"]))
    assert all(f" {year} " in words for year in range(1990, 2019))


def test_a_run_without_trades_says_so(odd):
    words = text(reporting.pdf(odd["no trades"]))
    assert "No trade was made in this run." in words
    assert "Winning trades –" in words


def test_bars_of_unknown_source_are_said_to_be_so(goog):
    words = text(reporting.pdf(replace(goog, provenance={})))
    assert "nothing is recorded of their source" in words


def test_a_pdf_is_written_whole_and_replaces_an_older_one(goog, sheet, tmp_path):
    path = tmp_path / "report.PDF"
    path.write_text("old")
    assert reporting.write_pdf(goog, path) == path
    assert path.read_bytes() == sheet
    assert [file.name for file in tmp_path.iterdir()] == ["report.PDF"]


def test_the_json_holds_the_summary(goog, tmp_path):
    path = reporting.write_json(goog, str(tmp_path / "result.json"), trials=3)
    told = json.loads(path.read_text(encoding="utf-8"), parse_constant=pytest.fail)
    assert told == json.loads(canonical_json(reporting.summary(goog, trials=3)))


@pytest.mark.parametrize(
    ("name", "problem"),
    [("report.docx", "must end in .pdf"), ("report", "must end in .pdf"), ("none/report.pdf", "must be in a folder that exists")],
)
def test_a_path_that_cannot_be_is_refused(goog, tmp_path, name, problem):
    with pytest.raises(InvalidField, match=problem):
        reporting.write_pdf(goog, tmp_path / name)
    assert list(tmp_path.iterdir()) == []


def test_a_folder_is_no_file_to_write_to(goog, tmp_path):
    (tmp_path / "report.pdf").mkdir()
    with pytest.raises(InvalidField, match="must be a file"):
        reporting.write_pdf(goog, tmp_path / "report.pdf")


def test_an_unknown_paper_is_refused(goog):
    with pytest.raises(InvalidField, match="paper must be a4 or letter, not 'a5'"):
        reporting.pdf(goog, "a5")
