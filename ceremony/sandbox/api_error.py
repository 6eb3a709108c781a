"""Refusals as Dfns words them: an HTTP status and a sentence, in JSON.

The shape is {"error": {"id", "status", "message", "details"?}} (Dfns, API reference,
"Error codes"); the sentences that Dfns publishes are used where there is one.
"""

from collections.abc import Mapping

from ceremony.errors import CeremonyError

STATUS_MESSAGES = {
    402: "The requested feature is not available on your current plan",
    429: "Too Many Requests",
    500: "Internal Server Error",
}


class ApiError(Exception):
    """A request that is answered with an error. ``details`` are for machines."""

    def __init__(
        self, status: int, message: str, details: Mapping[str, object] | None = None
    ) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.details = details

    def body(self, error_id: str) -> dict[str, object]:
        error: dict[str, object] = {
            "id": error_id,
            "status": self.status,
            "message": self.message,
        }
        if self.details:
            error["details"] = self.details
        return {"error": error}


def bad_request(message: str, **details: object) -> ApiError:
    return ApiError(400, message, details)


def refused(error: CeremonyError) -> ApiError:
    """A cluster's refusal: its sentence, and its class where machines find it."""
    return bad_request(error.message, reason=error.failure.value)


def not_authorized() -> ApiError:
    """Dfns, "API errors": a bearer token that is missing, wrong or expired."""
    return ApiError(401, "Not Authorized.")


def no_user_action() -> ApiError:
    """Dfns, "API errors": no X-DFNS-USERACTION, or one for something else."""
    return ApiError(403, "user action signature is missing or invalid")


def not_found(kind: str, entity_id: str, org_id: str) -> ApiError:
    """Dfns, "Error codes": {"message": "wallet not found", "details": {"walletId", "orgId"}}."""
    return ApiError(404, f"{kind} not found", {f"{kind}Id": entity_id, "orgId": org_id})


def conflict(message: str, entity_id: str, external_id: str | None) -> ApiError:
    """Dfns, "Idempotency": what is there already, under error.details.duplicate."""
    duplicate = (
        {"id": entity_id}
        if external_id is None
        else {
            "id": entity_id,
            "externalId": external_id,
        }
    )
    return ApiError(409, message, {"duplicate": duplicate})


def status_only(status: int) -> ApiError:
    """Dfns, "Error codes", where it says what a status means; else without a sentence."""
    return ApiError(status, STATUS_MESSAGES.get(status, f"Status {status}"))
