"""`ceremony qr`: a file as pictures of QR codes, and back."""

import argparse

from ceremony.desk.cli_parser import Parser, add_command, add_group

ENCODE = "ceremony qr encode message --out pictures"
DECODE = "ceremony qr decode pictures --out message-2"


def add_qr(commands: "argparse._SubParsersAction[Parser]") -> None:
    text = "carry a file as pictures of QR codes"
    parts = add_group(commands, "qr", text, f"{ENCODE}\n{DECODE}")
    add = add_command(parts, "encode", _encode, "write a file as QR codes", ENCODE).add_argument
    add("file", metavar="FILE", help="what to write")
    add("--out", required=True, metavar="DIR", help="a new or empty folder")
    add("--version", type=int, metavar="N", help="size of the codes, 1 to 40")
    add("--frames", type=int, metavar="N", help="how many codes to write")
    add = add_command(parts, "decode", _decode, "read a file from QR codes", DECODE).add_argument
    add("paths", nargs="+", metavar="PATH", help="pictures, folders of pictures, videos")
    add("--out", required=True, metavar="FILE", help="a new file")


def _encode(options: argparse.Namespace) -> None:
    from ceremony.offline.pictures import EncodeOptions, encode

    encode(EncodeOptions(options.file, options.out, options.version, options.frames))


def _decode(options: argparse.Namespace) -> None:
    from ceremony.offline.pictures import decode

    decode(options.paths, options.out)
