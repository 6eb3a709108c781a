"""Production plans to rehearse: nothing in them exists, and nobody may look for it."""

HEAD = """\
format = 1
title = "Three curves"
environment = "production"
operation = "{operation}"

[dfns]
api = "https://api.dfns.io"
organisation = "or-abcde-fghij-0123456789abcdef"
signers = "0000000000000000000000000000000000000000000000000000000000000000"
threshold = 3

[[people]]
name = "Ada Lovelace"
role = "administrator"

[[people]]
name = "Bob Operator"
role = "operator"

[[people]]
name = "Cyd Witness"
role = "witness"
"""

IMPORT = (
    HEAD.format(operation="import-keys")
    + """
[[sources]]
name = "words"
format = "bip39"

[[sources]]
name = "a master"
format = "hex"

[[sources]]
name = "stark"
format = "stark"

[[keys]]
label = "eth"
source = "words"
path = "m/44'/60'/0'/0/0"
curve = "secp256k1"
expect = "0x9858EfFD232B4033E47d90003D41EC34EcaEda94"

[[keys.wallets]]
network = "Ethereum"
expect = "0x9858EfFD232B4033E47d90003D41EC34EcaEda94"

[[keys]]
label = "sol"
source = "words"
path = "m/44'/501'/0'/0'"
curve = "ed25519"
expect = "HAgk14JpMQLgt6rVgv7cBQFJWFto5Dqxi472uT3DKpqk"

[[keys]]
label = "master"
source = "a master"
curve = "secp256k1"
master_key = true
expect = "0279be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798"

[[keys.wallets]]
network = "Ethereum"
path = "m/0/1"
expect = "0x9858EfFD232B4033E47d90003D41EC34EcaEda94"

[[keys]]
label = "stark"
source = "stark"
expect = "0201ef15c18599971b7beced415a40f0c7deacfd9b0d1819e03d723d8bc943cfca"
"""
)

WALLETS = (
    HEAD.format(operation="import-wallets")
    + """
[[sources]]
name = "words"
format = "bip39"

[[keys]]
label = "eth"
source = "words"
path = "m/44'/60'/0'/0/0"
network = "Ethereum"
expect = "0x9858EfFD232B4033E47d90003D41EC34EcaEda94"

[[keys]]
label = "sol"
source = "words"
path = "m/44'/501'/0'/0'"
network = "Solana"
expect = "HAgk14JpMQLgt6rVgv7cBQFJWFto5Dqxi472uT3DKpqk"
"""
)

EXPORT = (
    HEAD.format(operation="export-keys")
    + """
[[keys]]
label = "by wallet"
wallet = "wa-1"
public_key = "0279be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798"
form = "keystore-v3"
to = ["by-wallet.json"]

[[keys]]
label = "shares"
key = "key-1"
public_key = "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"
form = "slip39"
threshold = 2
to = ["media/a/share", "media/b/share", "media/c/share"]

[[keys]]
label = "stark"
key = "key-2"
public_key = "0201ef15c18599971b7beced415a40f0c7deacfd9b0d1819e03d723d8bc943cfca"
form = "hex"
to = ["stark.txt"]
"""
)
