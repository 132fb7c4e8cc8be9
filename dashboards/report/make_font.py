"""Makes the font of the reports from Noto Sans CJK SC: `python -m dashboards.report.make_font SOURCE.ttc`.

Kept: all Chinese characters that the source has (all of GBK, extension A, the rare ones of names), Latin,
Greek, Cyrillic, kana and signs. Dropped: Hangul, other scripts, vertical setting, hinting, variants. The
result is another font and has another name; the licence (OFL 1.1) stays and lies beside it.
"""

from __future__ import annotations

import sys
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTCollection, TTFont

from dashboards.report.glyphs import FAMILY, FONT

SOURCE = Path("/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc")
FACE = "Noto Sans CJK SC"
# First and last code point of what is kept.
KEPT = (
    (0x20, 0x52F),
    (0x1E00, 0x1EFF),
    (0x2000, 0x27BF),
    (0x2E80, 0x312F),
    (0x31C0, 0x33FF),
    (0x3400, 0x9FFF),
    (0xF900, 0xFAFF),
    (0xFE30, 0xFE4F),
    (0xFF01, 0xFFEE),
    (0x20000, 0x3FFFF),
)
FAMILY_NAME, STYLE, IDENTITY, FULL_NAME, POSTSCRIPT_NAME, TRADEMARK = 1, 2, 3, 4, 6, 7


def main(source: Path) -> None:
    """Writes the font beside its licence."""
    number = [str(font["name"].getDebugName(1)) for font in TTCollection(source).fonts].index(FACE)
    options = subset.Options()
    options.font_number = number
    options.hinting = False
    options.layout_features = ["kern", "ccmp"]
    options.name_IDs = ["*"]
    options.drop_tables += ["vhea", "vmtx", "VORG", "BASE"]
    font = subset.load_font(str(source), options)
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=[point for first, last in KEPT for point in range(first, last + 1)])
    subsetter.subset(font)
    _rename(font)
    subset.save_font(font, str(FONT), options)


def _rename(font: TTFont) -> None:
    names = font["name"]
    postscript = FAMILY.replace(" ", "") + "-Regular"
    for number, text in (
        (FAMILY_NAME, FAMILY),
        (STYLE, "Regular"),
        (IDENTITY, f"{FAMILY}; a subset of {FACE}"),
        (FULL_NAME, FAMILY),
        (POSTSCRIPT_NAME, postscript),
    ):
        for record in [record for record in names.names if record.nameID == number]:
            names.setName(text, number, record.platformID, record.platEncID, record.langID)
    names.names = [record for record in names.names if record.nameID not in (TRADEMARK, 16, 17)]
    inner = font["CFF "].cff
    inner.fontNames = [postscript]
    inner[0].FamilyName = inner[0].FullName = FAMILY
    inner[0].rawDict.pop("Notice", None)


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else SOURCE)
