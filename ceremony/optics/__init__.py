"""Light: QR codes drawn, shown, seen and read, and nothing secret anywhere near them.

The only layer that uses OpenCV, numpy, qrcode, zxing-cpp and zbar. It takes messages and
gives messages. Files from outside are decoded in a process of their own
(``ceremony.optics.worker``), which the programs only ask.
"""
