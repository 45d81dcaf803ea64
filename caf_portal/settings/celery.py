"""Celery on Redis: messages only, nothing that must last; imported by ``base``.

Every periodic task sweeps rows that PostgreSQL already holds, so that a lost message costs a
few seconds and never a payment.
"""

from typing import Any

from celery.schedules import crontab
from kombu import Queue

from caf_portal import env

REDIS_URL = env.required("REDIS_URL")
# Celery has its own word for a Unix socket, which redis-py writes unix://.
CELERY_BROKER_URL = REDIS_URL.replace("unix://", "redis+socket://", 1)
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_TIME_LIMIT = 300
CELERY_TASK_SOFT_TIME_LIMIT = 240
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TIMEZONE = "Europe/Paris"

# A platform that does not answer keeps hundreds of questions waiting: in a queue of their own,
# which a worker reads in turn with the other one, they do not hold up what needs no platform.
PLATFORM_QUEUE = "platform"
# A file of a million debts takes minutes: large funds give this queue a worker of its own.
LOTS_QUEUE = "lots"
CELERY_TASK_QUEUES = (Queue("celery"), Queue(PLATFORM_QUEUE), Queue(LOTS_QUEUE))
CELERY_TASK_ROUTES = {
    "payments.check_payment": {"queue": PLATFORM_QUEUE},
    "echanges.serve_subscriber": {"queue": PLATFORM_QUEUE},
    "echanges.apply_lot": {"queue": LOTS_QUEUE},
    "comptabilite.build_export": {"queue": LOTS_QUEUE},
    "comptabilite.compare_export": {"queue": LOTS_QUEUE},
    "comptabilite.letter_debts_of_fund": {"queue": LOTS_QUEUE},
    "rapprochement.close_periods": {"queue": LOTS_QUEUE},
    "rapprochement.collect_files": {"queue": LOTS_QUEUE},
    "rapprochement.reconcile_fund": {"queue": LOTS_QUEUE},
    "rapprochement.record_chargebacks": {"queue": LOTS_QUEUE},
    "rapprochement.write_movements_of_fund": {"queue": LOTS_QUEUE},
}

CELERY_BEAT_SCHEDULE: dict[str, dict[str, Any]] = {
    "comptabilite.build_exports": {
        "task": "comptabilite.build_exports",
        "schedule": 10.0,
        "options": {"expires": 10},
    },
    "comptabilite.letter_debts": {
        "task": "comptabilite.letter_debts",
        "schedule": crontab(hour=4, minute=20),
    },
    "echanges.finish_lots": {
        "task": "echanges.finish_lots",
        "schedule": 15.0,
        "options": {"expires": 15},
    },
    "echanges.forget_files": {
        "task": "echanges.forget_files",
        "schedule": crontab(hour=3, minute=30),
    },
    "payments.finish_notifications": {
        "task": "payments.finish_notifications",
        "schedule": 20.0,
        "options": {"expires": 60},
    },
    "payments.finish_old_notifications": {
        "task": "payments.finish_old_notifications",
        "schedule": crontab(hour=2, minute=10),
    },
    "payments.answer_checks": {
        "task": "payments.answer_checks",
        "schedule": 5.0,
        "options": {"expires": 5},
    },
    "payments.poll_open_payments": {
        "task": "payments.poll_open_payments",
        "schedule": 120.0,
        "options": {"expires": 120},
    },
    "payments.send_refunds": {
        "task": "payments.send_refunds",
        "schedule": 5.0,
        "options": {"expires": 5},
    },
    "payments.ask_about_settled": {
        "task": "payments.ask_about_settled",
        "schedule": 10.0,
        "options": {"expires": 10},
    },
    "relation_usager.relay_messages": {
        "task": "relation_usager.relay_messages",
        "schedule": 5.0,
        "options": {"expires": 5},
    },
    "allocataires.forget_identification_attempts": {
        "task": "allocataires.forget_identification_attempts",
        "schedule": crontab(hour=3, minute=20),
    },
    "payments.check_shops": {
        "task": "payments.check_shops",
        "schedule": crontab(hour=5, minute=40),
    },
    # Each late due is asked about every six hours at most, whatever this pace.
    "payments.poll_plans": {
        "task": "payments.poll_plans",
        "schedule": crontab(minute=17),
        "options": {"expires": 3000},
    },
    "rapprochement.write_movements": {
        "task": "rapprochement.write_movements",
        "schedule": crontab(minute=23),
        "options": {"expires": 3000},
    },
    # A debt that is contested now must not be debited tonight.
    "recouvrement.stop_plans": {
        "task": "recouvrement.stop_plans",
        "schedule": 60.0,
        "options": {"expires": 60},
    },
    "recouvrement.reject_by_silence": {
        "task": "recouvrement.reject_by_silence",
        "schedule": crontab(hour=0, minute=35),
    },
    "recouvrement.announce_recoveries": {
        "task": "recouvrement.announce_recoveries",
        "schedule": crontab(hour=7, minute=5),
    },
    "recouvrement.resume_recoveries": {
        "task": "recouvrement.resume_recoveries",
        "schedule": crontab(hour=0, minute=50),
    },
    "recouvrement.tend_plans": {
        "task": "recouvrement.tend_plans",
        "schedule": crontab(minute=27),
        "options": {"expires": 3000},
    },
    "echanges.publish_events": {
        "task": "echanges.publish_events",
        "schedule": 5.0,
        "options": {"expires": 5},
    },
    "echanges.serve_subscribers": {
        "task": "echanges.serve_subscribers",
        "schedule": 5.0,
        "options": {"expires": 5},
    },
    "recouvrement.announce_ends": {
        "task": "recouvrement.announce_ends",
        "schedule": 600.0,
        "options": {"expires": 600},
    },
    # A person who waits for a debt to change funds sees it within the minute.
    "recouvrement.carry_moves": {
        "task": "recouvrement.carry_moves",
        "schedule": 60.0,
        "options": {"expires": 60},
    },
    "recouvrement.find_double_collections": {
        "task": "recouvrement.find_double_collections",
        "schedule": crontab(minute=41),
        "options": {"expires": 3000},
    },
    "recouvrement.send_receipts": {
        "task": "recouvrement.send_receipts",
        "schedule": 60.0,
        "options": {"expires": 60},
    },
    # An accountant waits for it; a closing whose worker stopped goes on within seconds.
    "rapprochement.close_asked": {
        "task": "rapprochement.close_asked",
        "schedule": 10.0,
        "options": {"expires": 10},
    },
    "rapprochement.collect_files": {
        "task": "rapprochement.collect_files",
        "schedule": 300.0,
        "options": {"expires": 300},
    },
    "rapprochement.record_chargebacks": {
        "task": "rapprochement.record_chargebacks",
        "schedule": 60.0,
        "options": {"expires": 60},
    },
    "rapprochement.reconcile_received": {
        "task": "rapprochement.reconcile_received",
        "schedule": 120.0,
        "options": {"expires": 120},
    },
    # After the night's files and before the agents come.
    "rapprochement.reconcile_funds": {
        "task": "rapprochement.reconcile_funds",
        "schedule": crontab(hour=5, minute=10),
    },
    "rapprochement.note_missing_files": {
        "task": "rapprochement.note_missing_files",
        "schedule": crontab(hour=12, minute=0),
    },
    "caf_portal.forget_old_sessions": {
        "task": "caf_portal.forget_old_sessions",
        "schedule": crontab(hour=3, minute=50),
    },
    "payments.check_invariants": {
        "task": "payments.check_invariants",
        "schedule": crontab(hour=2, minute=30),
    },
}
