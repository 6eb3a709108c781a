"""A key of an import as the laptop knows it after its secret is gone: all of it is public."""

from dataclasses import dataclass

from ceremony.addresses import NETWORKS, addresses
from ceremony.addresses.match import Match, match_expected
from ceremony.dfns.key_import import Destination
from ceremony.dfns.scheme import DEFAULT_PROTOCOLS
from ceremony.errors import CeremonyError, Control, Failure
from ceremony.record.plan import ImportKey

ADDRESS = Control(
    "IMP-ADDRESS",
    "every key that is split has the address or public key that its owner expects; only a key "
    "that is made here has none",
)

SCHNORR = "FROST_BITCOIN"
"""The protocol whose keys sign with Schnorr, and have Taproot addresses."""


@dataclass(frozen=True, slots=True)
class Sent:
    """One key of the plan; ``public_key`` is compressed."""

    planned: ImportKey
    curve: str
    public_key: bytes

    @property
    def label(self) -> str:
        return self.planned.label

    @property
    def protocol(self) -> str:
        return self.planned.protocol or DEFAULT_PROTOCOLS[self.curve]

    @property
    def destination(self) -> Destination:
        plan = self.planned
        return Destination(plan.network, plan.name or plan.label, plan.master_key)

    def addresses(self) -> tuple[str, ...]:
        """What Dfns may name as the wallet's address, its own choice first.

        One, where the plan expects an address; all of the key's on its network where it
        expects a public key, or the key was made here; none without a network's address.
        """
        network = self.planned.network
        if network is None or not NETWORKS[network].has_address:
            return ()
        scheme = "Schnorr" if self.protocol == SCHNORR else ""
        every = addresses(self.curve, self.public_key, network, scheme=scheme)
        expected = self.planned.expect and self._match(self.planned.expect)
        if expected and expected.networks:
            return (expected.text,)
        return tuple(address.text for address in every)

    def check_expected(self, *, made_here: bool) -> None:
        """IMP-ADDRESS. Raises ``address`` or ``checksum``, naming the label.

        An address that Dfns does not make of the key is refused, too: the wallet would have
        another one than people expect. Only a key that was made here has no expectation.
        """
        expect = self.planned.expect
        if expect is None:
            if made_here:
                return
            raise self._refusal(
                Failure.ADDRESS, "the plan does not say what its address is", "correct the plan"
            )
        match = self._match(expect)
        network = self.planned.network
        if network is None or not match.networks or not NETWORKS[network].has_address:
            return
        scheme = "Schnorr" if self.protocol == SCHNORR else ""
        own = addresses(self.curve, self.public_key, network, scheme=scheme)[0]
        if match.text != own.text:
            raise self._refusal(
                Failure.ADDRESS,
                f"the plan expects {match.text} ({match.type}), which is this key's, but of this "
                f"key Dfns makes {own.text} ({own.type})",
                "funds stay where they are, at an address that Dfns does not show: expect Dfns' "
                "own address, or the public key if you know better",
            )

    def _match(self, expect: str) -> Match:
        try:
            return match_expected(expect, self.curve, self.public_key, self.planned.network)
        except CeremonyError as error:
            raise self._refusal(error.failure, error.message, error.hint) from None

    def _refusal(self, failure: Failure, message: str, hint: str) -> CeremonyError:
        return ADDRESS.refusal(failure, f"{self.label}: {message}", hint=hint)
