"""In the image: a message goes over a camera frame by frame, and a code onto the screen, by the
ceremony's own code.
"""

import hashlib
import sys
import threading
import time
from pathlib import Path

from ceremony.link.progress import Complete
from ceremony.link.receiver import Receiver
from ceremony.link.sender import Sender
from ceremony.optics.cameras import cameras, choose
from ceremony.optics.console import Console
from ceremony.optics.draw import capacity, draw_frames
from ceremony.optics.eye import CameraSource
from ceremony.optics.framebuffer import Framebuffer
from ceremony.optics.worker_process import WorkerProcess

sys.path.insert(0, str(Path(__file__).parent))
from vivid import Output, set_controls

VERSION = 10
MESSAGE = b"".join(hashlib.sha256(bytes([i])).digest() for i in range(40))
PATIENCE = 240.0


def main() -> None:
    there = set_controls("/dev/video0", {"OSD Text Mode": 2, "HDMI 000-0 Is Connected To": 2})
    print("controls", len(there), flush=True)
    output = Output("/dev/video1", 640, 480)
    sender = Sender(MESSAGE, capacity(VERSION))
    print(f"output {output.width} x {output.height}, frames needed {sender.needed}", flush=True)

    def show() -> None:
        index = 0
        while True:
            picture = draw_frames([sender.frame(index)], output.width, output.height)
            rows = [row.tobytes() for row in picture]
            for _ in range(3):
                output.show(rows)
            index += 1

    threading.Thread(target=show, daemon=True).start()
    # The processor is emulated, so that a look may take far longer than on a laptop.
    source = CameraSource(
        choose("", cameras()), lambda path: WorkerProcess(camera=path, patience=PATIENCE)
    )
    receiver = Receiver()
    looks, texts = 0, set()
    until = time.monotonic() + PATIENCE
    while not isinstance(receiver.progress, Complete) and time.monotonic() < until:
        glance = source.look()
        looks += 1
        if glance.trouble:
            print("trouble:", glance.trouble, flush=True)
        for text in glance.seen.texts if glance.seen else ():
            texts.add(text)
            receiver.add(text)
    print(f"looks {looks}, distinct codes {len(texts)}, confined {source.confined}", flush=True)
    match receiver.progress:
        case Complete(message=message) if message == MESSAGE:
            print("the message came over the camera, byte for byte", flush=True)
        case other:
            print(f"no message: {type(other).__name__}", flush=True)
    source.rest()
    with Console("/dev/tty0") as console:
        screen = Framebuffer("/dev/fb0", console)
        text = sender.frame(0)
        screen.present(draw_frames([text], *screen.size))
        digest = hashlib.sha256(text.encode()).hexdigest()
        print(f"on the screen of {screen.size}: code {digest}", flush=True)
        time.sleep(PATIENCE)


main()
