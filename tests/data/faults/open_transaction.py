"""Open a transaction with the plain client, wait for a line on stdin, and commit it.

Arguments: bootstrap servers, transactional id, topic, seconds that the watchdog allows the commit (0: no watchdog).
"""

import sys

import kafka

from consumers.watchdog import Watchdog


def say(word: str) -> None:
    sys.stdout.write(f"{word}\n")
    sys.stdout.flush()


def main(bootstrap: str, transactional_id: str, topic: str, limit: str) -> None:
    producer = kafka.KafkaProducer(
        bootstrap_servers=[bootstrap], transactional_id=transactional_id, transaction_timeout_ms=60_000
    )
    producer.init_transactions()
    producer.begin_transaction()
    producer.send(topic, key=b"open", value=b"open")
    producer.flush(timeout=10)
    say("open")
    sys.stdin.readline()
    if float(limit):
        watchdog = Watchdog()
        watchdog.start(every_s=0.2)
        with watchdog.phase("commit", float(limit)):
            producer.commit_transaction()
    else:
        producer.commit_transaction()
    say("committed")


main(*sys.argv[1:])
