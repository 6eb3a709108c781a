"""Measures the link through simulated cameras: goodput, losses, what disturbs, feedback, cost.

    scripts/bench link                                   the tables that take some minutes
    .venv/bin/python scripts/bench_link.py PART... [--seeds N]

Parts: classes, losses, disturbed, heard, feedback, thousand, cost. Medians over the seeds, each of
which is another camera of its class in another place; seconds are the camera's.
"""

import argparse
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from statistics import median
from time import process_time

import cv2
import numpy as np
from link_crossing import Crossing, cross, cross_with_feedback, heard_in, limit

from ceremony.link import Receiver, Sender
from ceremony.link.pace import PRESETS, Pace
from ceremony.optics.decode import find_codes
from ceremony.optics.draw import capacity, code_picture, draw_frames
from ceremony.optics.simulated import CLASSES, Conditions, SimulatedCamera, camera_class

SIZES = ("1080p", "720p")
ONE_KEY = 5_412
"""Bytes of the import request of one key for five signers, with its wallets."""

THOUSAND_KEYS = 5_400_000
LOSSES = (0.0, 0.2, 0.5, 0.7)
TARGETS = {
    ("good bright", "1080p"): 25.0,
    ("ordinary bright", "1080p"): 10.0,
    ("ordinary bright", "720p"): 6.0,
    ("ordinary dim", "1080p"): 3.0,
    ("ordinary dim", "720p"): 3.0,
}
"""kB/s without further losses."""

FEEDBACK_SECONDS = 15.0
"""What a message takes at the preset, which is shown with feedback."""

SECONDS = 2.0
"""Of the message whose goodput is measured, at the limit."""

INVERTED = "inverted"
DISTURBED = {
    "none": {},
    "blur": {"blur": 1.3},
    "defocus": {"pumping": 1.0},
    "noise": {"noise": 12.0},
    "glare": {"glare": 180.0},
    "overexposed": {"black": 150.0, "white": 255.0},
    "tilt": {"tilt": 15.0, "roll": 15.0},
    "dim": {"exposure": 0.033, "black": 45.0, "white": 120.0, "noise": 9.0},
    "compressed": {"quality": 35},
    "mirrored": {"mirrored": True},
    INVERTED: {},
}


def cameras() -> Iterable[tuple[str, str, Pace]]:
    for name in CLASSES:
        for size in SIZES:
            yield name, size, PRESETS[f"{name} {size}"]


def a_camera(name: str, size: str, seed: int, seeds: int) -> Conditions:
    """The cameras of a class go evenly from its better to its worse end."""
    return replace(camera_class(name, size, (seed + 0.5) / seeds), dwell=1)


def message_of(size: float) -> bytes:
    return np.random.default_rng(1).bytes(max(ONE_KEY, int(size)))


def spare(crossings: Sequence[Crossing]) -> float:
    """Frames beyond those that the message needs, as a share of those."""
    done = [c for c in crossings if c.arrived]
    if not done:
        return 0.0
    return sum(c.used for c in done) / sum(c.needed for c in done) - 1


def classes(seeds: int) -> None:
    """Goodput at the class's preset, beside the limit and the target."""
    print(
        "camera                    pace         kB/s  limit  share  target  arrived  clean", end=""
    )
    print("  spare  cores: draw  read")
    for name, size, pace in cameras():
        limits = [limit(name, a_camera(name, size, seed, seeds)) for seed in range(seeds)]
        done = [
            cross(message_of(limits[seed] * SECONDS), a_camera(name, size, seed, seeds), seed, pace)
            for seed in range(seeds)
        ]
        goodput = median(c.goodput for c in done) / 1e3
        share = median(c.goodput / most for c, most in zip(done, limits, strict=True))
        print(
            f"{name:16}{size:>6}  {described(pace):12}{goodput:7.1f}{median(limits) / 1e3:7.1f}"
            f"{share:7.0%}{TARGETS.get((name, size), 0) or '-':>8}"
            f"{sum(c.arrived for c in done):>6}/{seeds}{median(c.clean for c in done):7.0%}"
            f"{spare(done):7.1%}{median(c.drawing for c in done):13.2f}"
            f"{median(c.reading for c in done):6.2f}",
            flush=True,
        )


def losses(seeds: int) -> None:
    """One key's import at the class's preset, without feedback, with frames lost."""
    print(
        "one key, 5,412 bytes      " + "".join(f"  {loss:>4.0%} lost: arrived s" for loss in LOSSES)
    )
    message = message_of(ONE_KEY)
    most = 0.0
    for name, size, pace in cameras():
        cells = []
        for loss in LOSSES:
            done = [
                cross(message, a_camera(name, size, seed, seeds).lossy(loss or 0.01), seed, pace)
                for seed in range(seeds)
            ]
            arrived = sum(c.arrived for c in done)
            cells.append(f"{arrived:>13}/{seeds}{median(c.seconds for c in done):6.1f}")
            most = max(most, spare(done))
        print(f"{name:16}{size:>6}    " + "".join(cells), flush=True)
    print(f"frames used beyond the ideal, at most: {most:.1%}")


def disturbed(seeds: int) -> None:
    """An ordinary camera in a bright room, and one thing wrong; 20 kB."""
    print(
        "ordinary bright           " + "".join(f"  {size}: arrived  kB/s spare" for size in SIZES)
    )
    for what, changes in DISTURBED.items():
        cells = []
        for size in SIZES:
            pace = PRESETS[f"ordinary bright {size}"]
            done = [
                cross(
                    message_of(20_000),
                    replace(a_camera("ordinary bright", size, seed, seeds), **changes),
                    seed,
                    pace,
                    inverted=what == INVERTED,
                    patience=6.0,
                )
                for seed in range(seeds)
            ]
            arrived = sum(c.arrived for c in done)
            goodput = median(c.goodput for c in done) / 1e3
            cells.append(f"{arrived:>13}/{seeds}{goodput:7.1f}{spare(done):6.1%}")
        print(f"{what:26}" + "".join(cells), flush=True)


def heard(seeds: int) -> None:
    """Feedbacks that the sender reads in four seconds, of a side that only receives."""
    print("feedbacks read in 4 s     median  least")
    for name, size, _ in cameras():
        read = [heard_in(4.0, a_camera(name, size, seed, seeds), seed) for seed in range(seeds)]
        print(f"{name:16}{size:>6}{median(read):10.0f}{min(read):7}", flush=True)


def feedback(seeds: int) -> None:
    """The pace by feedback from the slow start, against the preset: FEEDBACK_SECONDS of it."""
    print("with feedback             arrived   kB/s  preset  share  seconds  last paces")
    for name, size, pace in cameras():
        done, presets = [], []
        for seed in range(seeds):
            camera = a_camera(name, size, seed, seeds)
            most = limit(name, camera)
            presets.append(cross(message_of(most * SECONDS), camera, seed, pace).goodput)
            length = presets[-1] * FEEDBACK_SECONDS
            done.append(cross_with_feedback(message_of(length), camera, seed))
        share = median(c.goodput / most for c, most in zip(done, presets, strict=True))
        paces = sorted({described(c.pace) for c in done})
        print(
            f"{name:16}{size:>6}    {sum(c.arrived for c in done):>5}/{seeds}"
            f"{median(c.goodput for c in done) / 1e3:7.1f}{median(presets) / 1e3:8.1f}{share:7.0%}"
            f"{median(c.seconds for c in done):9.1f}  {', '.join(paces)}",
            flush=True,
        )


def thousand(_: int) -> None:
    """A thousand keys before a good camera in a bright room."""
    # A message of this length makes too many frames of smaller codes.
    pace = Pace(34, (2, 1), 3)
    done = cross(message_of(THOUSAND_KEYS), a_camera("good bright", "1080p", 0, 1), 0, pace)
    print(f"1,000 keys, {THOUSAND_KEYS} bytes, {described(pace)}: arrived {done.arrived}", end=" ")
    print(
        f"in {done.seconds:.0f} s, {done.goodput / 1e3:.0f} kB/s, {spare([done]):.1%} spare",
        end=" ",
    )
    print(f"cores: drawing {done.drawing:.2f}, reading {done.reading:.2f}")


def cost(_: int) -> None:
    """Milliseconds of one core for what is done again and again."""
    for version in (8, 18, 24, 34):
        sender = Sender(message_of(ONE_KEY), capacity(version))
        texts = [sender.frame(index) for index in range(8)]
        picture = draw_frames(texts[:2], 1920, 1080)
        print(
            f"version {version}: code", timed(lambda texts=texts: code_picture(texts[0])), end=" "
        )
        print(
            "whole screen", timed(lambda texts=texts: draw_frames(texts[:2], 1920, 1080)), end=" "
        )
        for size in SIZES:
            conditions = replace(camera_class("good bright", size), loss=0, corrupt=0)
            camera = SimulatedCamera(
                lambda shown=picture: shown, conditions, np.random.default_rng(0)
            )
            seen = camera.read()
            print(f"read {size}", timed(lambda seen=seen: find_codes(seen)), end=" ")
        print()
    message, began = message_of(5_000_000), process_time()
    sender, receiver = Sender(message, capacity(30)), Receiver()
    for index in range(sender.needed, 2 * sender.needed + 2):
        receiver.add(sender.frame(index))
    print(f"frames without light: {len(message) / (process_time() - began) / 1e6:.1f} MB/s")


def timed(call: Callable[[], object]) -> str:
    began = process_time()
    for _ in range(10):
        call()
    return f"{(process_time() - began) * 100:.1f} ms"


def described(pace: Pace) -> str:
    return f"{pace.version} {pace.grid[0]}x{pace.grid[1]} /{pace.dwell}"


PARTS = {
    "cost": cost,
    "classes": classes,
    "losses": losses,
    "disturbed": disturbed,
    "heard": heard,
    "feedback": feedback,
    "thousand": thousand,
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("parts", nargs="*", choices=[*PARTS, []], metavar="PART")
    parser.add_argument("--seeds", type=int, default=20)
    options = parser.parse_args()
    cv2.setNumThreads(1)
    for part in options.parts or PARTS:
        print(f"link, {part}: {PARTS[part].__doc__}")
        PARTS[part](options.seeds)


if __name__ == "__main__":
    main()
