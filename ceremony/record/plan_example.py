"""`ceremony plan new`: a plan for each operation, in which every field is explained.

The addresses and public keys are those of published test keys, which nobody can own.
"""

from ceremony.record.plan import Operation

EXAMPLE_SIGNERS = "0123456789abcdef" * 4
EXAMPLE_ORGANISATION = "or-xxxxx-xxxxx-xxxxxxxxxxxxxxxx"

HEAD = """\
# The plan of a ceremony, for `ceremony {command} PLAN`. Nothing in it is secret.
# Change every value, then: ceremony plan check PLAN; ceremony plan print PLAN --out FILE.html
# A line that begins with # is a comment; what stands after "# field =" may be left out.

# The version of this format.
format = 1

# What people call the ceremony; it stands on every page of the script.
title = "{title}"

# "production", or "rehearsal" for a run against a sandbox: each refuses the other's messages.
environment = "production"

# "import-wallets", "import-keys" or "export-keys".
operation = "{operation}"

# true if people add entropy of their own, from dice or cards, at the beginning.
# people_entropy = false
{state}
[dfns]
# Dfns' API: https:// and its host. The relay must speak to this one.
api = "https://api.dfns.io"

# The id of your organisation. The relay's token must be of this one.
organisation = "{organisation}"

# The fingerprint of the signers, 64 hex digits: `ceremony-relay signers --out FILE` on a second
# host, then `ceremony fingerprint FILE`. Compare it with Dfns by voice before you pin it.
signers = "{signers}"

# The id of the cluster, where Dfns names several.
# cluster = "..."

# How many signers sign together (minSigners) with each imported key.
# threshold = 3

# Everybody in the room: a name, and a role, which is "administrator" (leads, types on the
# laptop), "operator" (types on the online host), "witness" or "custodian". At least one
# administrator, one operator and one witness.
[[people]]
name = "Ada Example"
role = "administrator"

[[people]]
name = "Bob Example"
role = "operator"

[[people]]
name = "Cyd Example"
role = "witness"

[[people]]
name = "Dora Example"
role = "custodian"

# What the environment gate may let pass. Leave it out unless you know why.
# [machine]
# The root file system keeps data after the power is off, and somebody destroys it afterwards.
# root_keeps_data = false
"""

STATE = """
# The name of the file in which the decryption key is kept, sealed, until the end.
# state = "export.state"
"""

SOURCES = """
# A source is one secret. It is entered once, and many keys may come from it.
[[sources]]
# What the keys below call it.
name = "{name}"

# One of `ceremony formats`, "fireblocks-kit" for a whole recovery kit, or "new" for keys that
# are made on the laptop.
format = "{format}"

# "typed" without an echo, "file" from a medium, or "scanned": a QR code before the camera.
# entry = "typed"

# The name that the file is expected under; another one can be given at the table.
# file = "..."

# true if the source has a passphrase: it is asked for.
# passphrase = false

# Who brings it: a name from [[people]].
custodian = "Dora Example"
"""

KIT = """
# A recovery kit: its zip file and the RSA key. The passphrase of the workspace's owner is asked
# for. `ceremony plan from-kit KIT.zip` writes its keys.
[[sources]]
name = "vault"
format = "fireblocks-kit"
file = "kit.zip"
rsa_key = "rsa.pem"
custodian = "Dora Example"
"""

WALLETS = """
# A wallet that Dfns makes with an imported key.
[[keys]]
# What people call it: on screen, on paper, in the transcript.
label = "treasury-eth"

# A name from [[sources]].
source = "seed"

# Where the key is below the source: BIP-32 for most formats, m/44/COIN/ACCOUNT/CHANGE/INDEX for
# Fireblocks, left out where the format has no path.
path = "m/44'/60'/0'/0/0"

# The network, as Dfns names it: `ceremony networks`.
network = "Ethereum"

# The address that it has today (or its public key), from a place other than the source. Only a
# key that is made on the laptop ("new") has none.
expect = "0x9858EfFD232B4033E47d90003D41EC34EcaEda94"

# Its name in Dfns: 1 to 100 ASCII characters (default: the label).
# name = "Treasury"

# "secp256k1", "stark" or "ed25519", where format and network leave more than one.
# curve = "secp256k1"

# "CGGMP21", "FROST" or "FROST_BITCOIN" (default: the usual one of the curve).
# protocol = "CGGMP21"

[[keys]]
label = "treasury-btc"
source = "seed"
path = "m/84'/0'/0'/0/0"
network = "Bitcoin"
expect = "bc1qcr8te4kr609gcawutmrza0j4xv80jy8z306fyu"

[[keys]]
label = "vault-7-sol"
source = "vault"
# Which master key of the kit, where several are of the curve.
# key_id = "ab89c3a5-36fa-4ac8-b1ff-58700195ca84"
path = "m/44/501/7/0/0"
network = "Solana"
expect = "Ea7xtAAqsG7dT5vCQwGK18NUMSJFwavDDphEfaF3Nfe1"
"""

KEYS = """
# A key, without a wallet of its own.
[[keys]]
# What people call it: on screen, on paper, in the transcript.
label = "cold-evm"

# A name from [[sources]].
source = "cold"

# "secp256k1", "stark" or "ed25519", where the format leaves more than one.
curve = "secp256k1"

# Its public key, or an address that it has today, from a place other than the source. Only a key
# that is made on the laptop ("new") has none.
expect = "02c6047f9441ed7d6d3045406e95c07cd85c778e4b8cef3ca7abac09b95c709ee5"

# Where the key is below the source, for formats that have paths.
# path = "m/44'/60'/0'/0/0"

# Its name in Dfns: 1 to 100 ASCII characters (default: the label).
# name = "Cold"

# "CGGMP21", "FROST" or "FROST_BITCOIN" (default: the usual one of the curve).
# protocol = "CGGMP21"

# Which master key of a recovery kit, where several are of the curve.
# key_id = "ab89c3a5-36fa-4ac8-b1ff-58700195ca84"

# A wallet that Dfns makes with this key: its network, the address that is expected, and its name
# (default: Dfns chooses). As many as you like.
[[keys.wallets]]
network = "Ethereum"
expect = "0x2B5AD5c4795c026514f8317c7a215E218DcCD6cF"
name = "Cold on Ethereum"

# The second key is made on the laptop: nobody can expect anything of it.
[[sources]]
name = "made here"
format = "new"

[[keys]]
label = "new-solana"
source = "made here"
curve = "ed25519"

# A master key: Dfns derives wallets from it. It names at least one of them by its path and
# address, since only that shows which chain code Dfns takes; the ceremony has it made first.
# [[keys]]
# label = "master"
# source = "..."
# curve = "secp256k1"
# expect = "..."
# master_key = true
#
# [[keys.wallets]]
# network = "Ethereum"
# path = "m/0/1"
# expect = "0x..."
"""

EXPORTS = """
# A key that comes out.
[[keys]]
# What people call it: on screen, on paper, in the transcript.
label = "treasury"

# The id of the key in Dfns; or of its wallet, as `wallet = "wa-..."`.
key = "key-xxxxx-xxxxx-xxxxxxxxxxxxxxxx"

# Its public key, from your records: what comes out must be the key of this one.
public_key = "02c6047f9441ed7d6d3045406e95c07cd85c778e4b8cef3ca7abac09b95c709ee5"

# The form that it is written in, one of docs/keys-out.md.
form = "age"

# Who can open an age file: age1... or ssh-... public keys.
recipients = ["age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p"]

# The new file, in the laptop's folder, or where a custodian's medium is mounted.
to = ["treasury.age"]

# "secp256k1", "stark" or "ed25519", to have the public key checked against it.
# curve = "secp256k1"

# The network, for the form wif.
# network = "Bitcoin"

[[keys]]
label = "reserve"
wallet = "wa-xxxxx-xxxxx-xxxxxxxxxxxxxxxx"
public_key = "c9a3f86aae465f0e56513864510f3997561fa2c9e85ea21dc2292309f3cd6022"
form = "slip39"
# For slip39: how many shares give the key. `to` names one file for each share.
threshold = 2
to = ["/media/one/reserve.slip39", "/media/two/reserve.slip39", "/media/three/reserve.slip39"]
"""

TITLES: dict[Operation, str] = {
    "import-wallets": "Treasury wallets into Dfns",
    "import-keys": "Keys into Dfns",
    "export-keys": "Keys out of Dfns",
}


def example_plan(operation: Operation, *, head_only: bool = False) -> str:
    """A commented plan without a mistake; only up to its people if ``head_only``."""
    export = operation == "export-keys"
    head = HEAD.format(
        command="export" if export else "import",
        title=TITLES[operation],
        operation=operation,
        state=STATE if export else "",
        organisation=EXAMPLE_ORGANISATION,
        signers=EXAMPLE_SIGNERS,
    )
    if head_only:
        return head
    match operation:
        case "import-wallets":
            return head + SOURCES.format(name="seed", format="bip39") + KIT + WALLETS
        case "import-keys":
            return head + SOURCES.format(name="cold", format="hex") + KEYS
        case "export-keys":
            return head + EXPORTS
