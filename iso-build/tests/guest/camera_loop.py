"""In the image: a message is read from a camera frame by frame, and a code goes onto the screen,
by the ceremony's own code.
"""

import hashlib
import time

from ceremony.link.progress import Complete
from ceremony.link.receiver import Receiver
from ceremony.link.sender import Sender
from ceremony.optics.cameras import cameras, choose
from ceremony.optics.console import Console
from ceremony.optics.draw import draw_frames
from ceremony.optics.eye import CameraSource
from ceremony.optics.framebuffer import Framebuffer
from ceremony.optics.matrix import capacity

VERSION = 10
PATIENCE = 200.0


def main() -> None:
    there = cameras()
    print("cameras:", *there, flush=True)
    # The watchdog is the shipped one.
    source = CameraSource(choose("", there))
    began = time.monotonic()
    source.start()
    print(f"the reader has started in {time.monotonic() - began:.1f} s", flush=True)
    receiver = Receiver()
    looks, longest, texts = 0, 0.0, set()
    until = time.monotonic() + PATIENCE
    while not isinstance(receiver.progress, Complete) and time.monotonic() < until:
        began = time.monotonic()
        glance = source.look()
        took = time.monotonic() - began
        longest = max(longest, took)
        looks += 1
        if glance.trouble:
            print("trouble:", glance.trouble, flush=True)
        if glance.seen and looks % 20 == 1:
            seen = glance.seen
            print(
                f"look {looks} {took:.2f} s, {seen.rate / 100} a second, {len(seen.texts)} codes, "
                f"{seen.torn} torn, {seen.dark} to {seen.bright}",
                flush=True,
            )
        for text in glance.seen.texts if glance.seen else ():
            texts.add(text)
            receiver.add(text)
    print(
        f"looks {looks}, longest {longest:.2f} s, codes {len(texts)}, confined {source.confined}",
        flush=True,
    )
    source.rest()
    match receiver.progress:
        case Complete(message=message):
            print(f"message {hashlib.sha256(message).hexdigest()}", flush=True)
        case other:
            print(f"no message: {type(other).__name__}", flush=True)
            return
    with Console("/dev/tty0") as console:
        screen = Framebuffer("/dev/fb0", console)
        text = Sender(message, capacity(VERSION)).frame(0)
        screen.present(draw_frames([text], *screen.size))
        print(
            f"on the screen of {screen.size}: {hashlib.sha256(text.encode()).hexdigest()}",
            flush=True,
        )
        time.sleep(PATIENCE)


main()
