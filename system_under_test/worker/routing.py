"""Which queue the work of an actor waits in. The one table; nothing heavy is imported here."""

PDF_QUEUE = "pdf"
ORDER_QUEUE = "orders"
QUEUES = (PDF_QUEUE, ORDER_QUEUE)

# Printing may pile up and may be given workers of its own; letters and money must not stand behind it.
ACTOR_QUEUES = {
    "make_pdf": PDF_QUEUE,
    "send_mail": ORDER_QUEUE,
    "handle_webhook": ORDER_QUEUE,
    "carry_out_refund": ORDER_QUEUE,
    "delete_object": ORDER_QUEUE,
}


def queue_of(actor: str) -> str:
    """Return the queue of ``actor``.

    An actor that this version does not know goes to the orders: during a deployment the newer half of the shop
    may write what the older half has never heard of, and one such message must not stop the relay.
    """
    return ACTOR_QUEUES.get(actor, ORDER_QUEUE)
