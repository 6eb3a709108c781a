"""How the full-screen desk looks: the terminal's own colours, eight of them at most.

A bare Linux console has eight colours and the glyphs of its font, so nothing here uses more:
lines are CP437's, and what a colour says, a word or a mark says too.
"""

from textual.content import Content
from textual.theme import Theme

from ceremony.desk.lines import shown

COLOURS = {
    "ansi-background": "ansi_black",
    "ansi-foreground": "ansi_white",
    "border": "ansi_cyan",
    "border-blurred": "ansi_default",
    "block-cursor-foreground": "ansi_black",
    "block-cursor-background": "ansi_white",
    "input-cursor-background": "ansi_white",
    "input-cursor-foreground": "ansi_black",
    "input-cursor-text-style": "none",
    "input-selection-background": "ansi_white",
    "input-selection-foreground": "ansi_black",
    "screen-selection-background": "ansi_white",
    "screen-selection-foreground": "ansi_black",
}
"""What textual's own styles ask for; none of its bright colours, which old consoles lack."""

NORMAL = Theme(
    name="desk",
    ansi=True,
    primary="ansi_cyan",
    secondary="ansi_cyan",
    warning="ansi_yellow",
    error="ansi_red",
    success="ansi_green",
    accent="ansi_cyan",
    foreground="ansi_default",
    background="ansi_default",
    surface="ansi_default",
    panel="ansi_default",
    boost="ansi_default",
    variables=COLOURS,
)

CONTRAST = Theme(
    name="desk-contrast",
    ansi=True,
    primary="ansi_white",
    secondary="ansi_white",
    warning="ansi_white",
    error="ansi_white",
    success="ansi_white",
    accent="ansi_white",
    foreground="ansi_white",
    background="ansi_black",
    surface="ansi_black",
    panel="ansi_black",
    boost="ansi_black",
    variables=COLOURS,
)

STYLES = """
Screen { background: $background; color: $foreground; layout: vertical; }
Static { width: 1fr; height: auto; }
.banner { height: 1; text-style: bold reverse; color: $primary; text-wrap: nowrap; }
.rehearsal .banner { color: $warning; }
.title { padding: 0 1; }
.middle { height: 1fr; }
.steps { width: 27; height: 100%; border-right: solid $primary; padding: 0 1 0 0; }
.line { display: none; padding: 0 1; border-bottom: solid $primary; }
.large .line, .wide .line { display: block; }
.large .steps, .wide .steps { display: none; }
.main { width: 1fr; }
.log { height: 1fr; min-height: 3; padding: 0 1; scrollbar-size: 0 0; }
.question { height: auto; max-height: 75%; border-top: solid $primary; padding: 0 1;
    scrollbar-size: 0 0; }
.now { border-top: solid $primary; padding: 0 1; }
.keys { height: auto; padding: 0 1; }
.records { height: 1fr; scrollbar-size: 0 0; }
Typed { border: none; height: 1; padding: 0; width: 1fr; background: $background;
    color: $foreground; }
Typed:focus { border: none; background-tint: ansi_default 0%; }
Typed > .input--cursor { text-style: reverse; background: $background; color: $foreground; }
.entry { height: auto; }
.prompt { width: 2; }
Hidden { width: 1fr; height: auto; min-height: 1; max-height: 12; }
Paper { width: 1fr; height: auto; border: solid $primary; padding: 1 2; }
.large .asked, .large .entry, .large .choice { margin: 0 0 1 0; }
"""


def text(line: str, style: str = "") -> Content:
    """TXT-OUTSIDE: content of one printable line; nothing in it is read as markup."""
    return Content.styled(shown(line), style) if style else Content(shown(line))
