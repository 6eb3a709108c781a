"""The whole screen as a window of SDL2: X11, Wayland, KMSDRM; what is drawn is what is seen.

SDL scales nothing here: the picture has the size of the output in pixels. With a renderer
that follows the screen's refresh, ``present`` returns after the next one; else a clock
stands in for it.
"""

import ctypes
from time import monotonic, sleep
from typing import Any

import cv2
import sdl2

from ceremony.errors import CeremonyError, Failure
from ceremony.optics.display import PERIOD
from ceremony.optics.picture import Picture
from ceremony.optics.screen_messages import Key

_TITLE = b"ceremony: codes for the other side"

_TRIED = 6
_EVEN = (0.7, 1.3)
"""Pictures that are tried, and how many periods each may take of a renderer that follows."""

_KEYS = {
    sdl2.SDLK_ESCAPE: Key.ESCAPE.value,
    sdl2.SDLK_RETURN: Key.ENTER.value,
    sdl2.SDLK_KP_ENTER: Key.ENTER.value,
}


class Window:
    """A full-screen window. Raises ``configuration`` when no window system is there."""

    def __init__(self) -> None:
        for hint in (b"SDL_VIDEO_X11_NET_WM_BYPASS_COMPOSITOR", b"SDL_VIDEO_ALLOW_SCREENSAVER"):
            sdl2.SDL_SetHint(hint, b"0")
        sdl2.SDL_SetHint(sdl2.SDL_HINT_RENDER_SCALE_QUALITY, b"nearest")
        sdl2.SDL_SetHint(b"SDL_NO_SIGNAL_HANDLERS", b"1")
        if sdl2.SDL_Init(sdl2.SDL_INIT_VIDEO) != 0:
            raise _no_window()
        self.name = (sdl2.SDL_GetCurrentVideoDriver() or b"window").decode("ascii", "replace")
        mode = sdl2.SDL_DisplayMode()
        sdl2.SDL_GetDesktopDisplayMode(0, ctypes.byref(mode))
        flags = sdl2.SDL_WINDOW_FULLSCREEN_DESKTOP | sdl2.SDL_WINDOW_ALLOW_HIGHDPI
        self._window = sdl2.SDL_CreateWindow(
            _TITLE,
            sdl2.SDL_WINDOWPOS_UNDEFINED,
            sdl2.SDL_WINDOWPOS_UNDEFINED,
            mode.w or 1024,
            mode.h or 768,
            flags,
        )
        if not self._window:
            raise _no_window()
        sdl2.SDL_ShowCursor(sdl2.SDL_DISABLE)
        self.rate = float(mode.refresh_rate or 1 / PERIOD)
        self._renderer: Any = None
        self._texture: Any = None
        self.size = (0, 0)
        self._follows = (
            self._start(sdl2.SDL_RENDERER_ACCELERATED | sdl2.SDL_RENDERER_PRESENTVSYNC)
            and self._keeps_pace()
        )
        if not self._follows and not self._start(sdl2.SDL_RENDERER_SOFTWARE):
            raise _no_window()
        self._next = monotonic()
        self._hidden = False

    def present(self, picture: Picture | None) -> None:
        if self._hidden:
            self._hidden = False
            sdl2.SDL_ShowWindow(self._window)
            sdl2.SDL_RaiseWindow(self._window)
        if picture is not None:
            pixels = cv2.cvtColor(picture, cv2.COLOR_GRAY2BGRA)
            sdl2.SDL_UpdateTexture(
                self._texture, None, pixels.ctypes.data_as(ctypes.c_void_p), pixels.strides[0]
            )
        if picture is not None or self._follows:
            self._draw()
        if not self._follows:
            self._wait()

    def keys(self) -> list[str]:
        pressed: list[str] = []
        event = sdl2.SDL_Event()
        while sdl2.SDL_PollEvent(ctypes.byref(event)):
            match event.type:
                case sdl2.SDL_KEYDOWN if key := _KEYS.get(event.key.keysym.sym):
                    pressed.append(key)
                case sdl2.SDL_TEXTINPUT:
                    typed = event.text.text.decode("utf-8", "replace")
                    pressed += [character for character in typed if "!" <= character <= "~"]
                case sdl2.SDL_QUIT:
                    pressed.append(Key.ESCAPE.value)
                case sdl2.SDL_WINDOWEVENT if (
                    event.window.event == sdl2.SDL_WINDOWEVENT_SIZE_CHANGED
                ):
                    self._measure()
        return pressed

    def hide(self) -> None:
        if not self._hidden:
            self._hidden = True
            sdl2.SDL_HideWindow(self._window)
            sdl2.SDL_PumpEvents()

    def close(self) -> None:
        sdl2.SDL_Quit()

    def _start(self, flags: int) -> bool:
        """Whether there is such a renderer; it takes the place of the one before."""
        if self._renderer:
            sdl2.SDL_DestroyRenderer(self._renderer)  # and its texture
            self._texture, self.size = None, (0, 0)
        self._renderer = sdl2.SDL_CreateRenderer(self._window, -1, flags)
        if self._renderer:
            self._measure()
        return bool(self._renderer)

    def _keeps_pace(self) -> bool:
        """Whether the renderer follows the screen's refresh. OpenGL that is computed takes longer
        than a period for each picture; SDL's own software draws only what is new.
        """
        self._draw()
        began = monotonic()
        for _ in range(_TRIED):
            self._draw()
        periods = (monotonic() - began) * self.rate / _TRIED
        return _EVEN[0] < periods < _EVEN[1]

    def _draw(self) -> None:
        sdl2.SDL_RenderCopy(self._renderer, self._texture, None, None)
        sdl2.SDL_RenderPresent(self._renderer)

    def _measure(self) -> None:
        width, height = ctypes.c_int(), ctypes.c_int()
        sdl2.SDL_GetRendererOutputSize(self._renderer, ctypes.byref(width), ctypes.byref(height))
        if (width.value, height.value) == self.size:
            return
        self.size = (width.value, height.value)
        if self._texture:
            sdl2.SDL_DestroyTexture(self._texture)
        self._texture = sdl2.SDL_CreateTexture(
            self._renderer,
            sdl2.SDL_PIXELFORMAT_ARGB8888,
            sdl2.SDL_TEXTUREACCESS_STREAMING,
            *self.size,
        )
        # Its pixels are all opaque: a renderer that is computed copies them then.
        sdl2.SDL_SetTextureBlendMode(self._texture, sdl2.SDL_BLENDMODE_NONE)

    def _wait(self) -> None:
        self._next += 1 / self.rate
        left = self._next - monotonic()
        if left > 0:
            sleep(left)
        elif left < -1:
            self._next = monotonic()


def _no_window() -> CeremonyError:
    return CeremonyError(
        Failure.CONFIGURATION,
        "there is no window system to show codes on",
        hint="start from a graphical session, or from the console with --display /dev/fb0",
    )
