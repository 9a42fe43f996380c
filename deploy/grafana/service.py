"""The state of the service: the golden signals by task, and what explains them."""

from deploy.grafana.dashboard import Annotation, Dashboard, Row, Variable
from deploy.grafana.panels import BAD, GOOD, ODD, Panel, Query, Stat, mean, quantile, rate, rates

_OF = 'job=~"$job", task=~"$task"'


NOW = Row(
    "Now",
    [
        Stat(
            "Ready workers",
            "Workers that accept predictions, in all instances.",
            [Query('sum(seqserve_ready_workers{job=~"$job"}) or vector(0)')],
            steps=[(1, GOOD)],
            base=BAD,
        ),
        Stat(
            "Requests",
            "Prediction requests per second.",
            [Query(f"sum(rate(seqserve_requests_total{{{_OF}}}[$__rate_interval])) or vector(0)")],
            unit="reqps",
        ),
        Stat(
            "Failed",
            "Share of requests answered with 5xx within five minutes, for the task with the largest share. "
            "Orange: above the error budget. Red: at a rate that pages somebody.",
            [Query(f"max(task:seqserve_requests_failed:ratio_rate5m{{{_OF}}}) or vector(0)")],
            unit="percentunit",
            steps=[(0.005, ODD), (0.072, BAD)],
        ),
        Stat(
            "p99 over its objective",
            "The slowest task; above 100%, one request of a hundred exceeds its objective.",
            [
                Query(
                    f"max(task:seqserve_request_duration_seconds:p99_rate10m{{{_OF}}}"
                    " / on (task) group_left () task:seqserve_request_duration_seconds:objective)"
                )
            ],
            unit="percentunit",
            steps=[(0.8, ODD), (1, BAD)],
        ),
        Stat(
            "Items that wait",
            "Items in the queues before inference.",
            [Query(f"sum(seqserve_queue_items{{{_OF}}}) or vector(0)")],
        ),
        Stat(
            "Alerts",
            "Alerts that fire now; docs/runbooks.md says what to do.",
            [Query('count(ALERTS{alertname=~"Seqserve.+", alertstate="firing"}) or vector(0)')],
            steps=[(1, BAD)],
        ),
    ],
)

SIGNALS = Row(
    "Golden signals",
    [
        Panel(
            "Traffic",
            "Prediction requests by task.",
            [rates("seqserve_requests_total", "task", _OF)],
            unit="reqps",
        ),
        Panel(
            "Answers by status",
            "4xx are errors of the client; Rejections by reason shows which. 499: the client disconnected.",
            [rates("seqserve_requests_total", "task, status", _OF)],
            unit="reqps",
            stacked=True,
        ),
        Panel(
            "Errors",
            "Share of requests answered with 5xx within five minutes. Dashed: the error budget.",
            [
                Query(f"task:seqserve_requests_failed:ratio_rate5m{{{_OF}}}", "{{task}}"),
                Query('max(task:seqserve_requests_failed:objective{task=~"$task"})', "objective"),
            ],
            unit="percentunit",
        ),
        Panel(
            "Latency, median",
            "From the head of the request to the answer; includes the upload.",
            [Query(quantile(0.5, "seqserve_request_duration_seconds", "task", _OF), "{{task}}")],
            unit="s",
        ),
        Panel(
            "Latency, p99",
            "One request of a hundred takes longer. Dashed: the objective.",
            [
                Query(quantile(0.99, "seqserve_request_duration_seconds", "task", _OF), "{{task}}"),
                Query('task:seqserve_request_duration_seconds:objective{task=~"$task"}', "{{task}} objective"),
            ],
            unit="s",
        ),
        Panel(
            "Items by outcome",
            "Series and texts. Rejected: invalid items. Failed: errors of the service; the answer may still be 200.",
            [rates("seqserve_items_total", "task, outcome", _OF)],
            unit="cps",
        ),
    ],
)

STAGES = Row(
    "Stages of a request",
    [
        Panel(
            "Where the time goes",
            "Seconds per second spent in each stage. Waiting in the queue uses no CPU.",
            [rates("seqserve_stage_duration_seconds_sum", "task, stage", _OF)],
            stacked=True,
        ),
        Panel(
            "Mean by stage",
            "Preprocess, queue and postprocess per request, infer per batch.",
            [Query(mean("seqserve_stage_duration_seconds", "task, stage", _OF), "{{task}} {{stage}}")],
            unit="s",
        ),
        Panel(
            "p99 by stage",
            "The same for the slowest hundredth.",
            [Query(quantile(0.99, "seqserve_stage_duration_seconds", "task, stage", _OF), "{{task}} {{stage}}")],
            unit="s",
        ),
    ],
)

BATCHING = Row(
    "Batching",
    [
        Panel(
            "Items per batch",
            "Items that wait while a model infers form the next batch: larger under load.",
            [
                Query(mean("seqserve_batch_items", "task", _OF), "{{task}} mean"),
                Query(quantile(0.95, "seqserve_batch_items", "task", _OF), "{{task}} p95"),
            ],
            width=6,
        ),
        Panel(
            "Batches",
            "Batches per second.",
            [rates("seqserve_batch_items_count", "task", _OF)],
            unit="ops",
            width=6,
        ),
        Panel(
            "Work",
            "Steps that the networks run per second; for encoder-decoder networks, those of the encoder.",
            [rates("seqserve_steps_total", "task", _OF)],
            unit="cps",
            width=6,
        ),
        Panel(
            "Padding",
            "Share of steps that are padding, because the items of a batch differ in length.",
            [
                Query(
                    rate("seqserve_padding_steps_total", "task", _OF)
                    + " / "
                    + rate("seqserve_steps_total", "task", _OF),
                    "{{task}}",
                )
            ],
            unit="percentunit",
            width=6,
        ),
    ],
)

QUEUE = Row(
    "Queue and workers",
    [
        Panel(
            "Items that wait",
            "Items before inference, in all workers.",
            [Query(f"sum by (task) (seqserve_queue_items{{{_OF}}})", "{{task}}")],
            width=6,
        ),
        Panel(
            "Wait in the queue, p99",
            "An alert fires at half a second; above SEQSERVE_MAX_WAIT_SECONDS requests are rejected.",
            [Query(f'stage:seqserve_stage_duration_seconds:p99_rate10m{{{_OF}, stage="queue"}}', "{{task}}")],
            unit="s",
            steps=[(0.5, ODD)],
            width=6,
        ),
        Panel(
            "Rejections by reason",
            "Requests rejected as a whole. queue-full, too-many-connections and deadline need more capacity; "
            "most others are errors of the client.",
            [rates("seqserve_rejections_total", "task, reason", _OF)],
            unit="reqps",
            width=6,
        ),
        Panel(
            "Ready workers",
            "By instance; no line for an instance that cannot be scraped.",
            [Query('sum by (instance) (seqserve_ready_workers{job=~"$job"})', "{{instance}}")],
            width=6,
        ),
    ],
)

LOG = Row(
    "Log of predictions",
    [
        Panel(
            "Logged and lost",
            "Predictions that the database has taken, and those that are lost to the log: it was stopped, full or too "
            "slow. No request waits for it. Empty without SEQSERVE_PREDICTION_LOG.",
            [rates("seqserve_prediction_log_records_total", "outcome", 'job=~"$job"')],
            unit="cps",
            width=9,
        ),
        Panel(
            "Lost to the log",
            "Predictions within a day; an alert fires when it is more than a thousandth within 15 minutes.",
            [
                Query(
                    "sum by (instance) "
                    '(increase(seqserve_prediction_log_records_total{job=~"$job", outcome="lost"}[1d]))',
                    "{{instance}}",
                )
            ],
            width=6,
        ),
        Panel(
            "Waiting to be logged",
            "Share of the queues of all workers; when they are full, predictions are lost to the log.",
            [
                Query(
                    'sum by (instance) (seqserve_prediction_log_queue_records{job=~"$job"}) / '
                    'sum by (instance) (seqserve_prediction_log_queue_limit_records{job=~"$job"})',
                    "{{instance}}",
                )
            ],
            unit="percentunit",
            steps=[(0.8, ODD)],
            width=9,
        ),
    ],
)

DASHBOARD = Dashboard(
    uid="seqserve-service",
    title="seqserve: service",
    description="The state of the service: traffic, errors, latency and saturation by task, and what explains them.",
    since="6h",
    variables=[
        Variable("job", "Job", "label_values(seqserve_ready_workers, job)"),
        Variable("task", "Task", 'label_values(seqserve_requests_total{job=~"$job"}, task)'),
    ],
    annotations=[
        Annotation(
            "Alerts",
            BAD,
            'max by (alertname, task) (ALERTS{alertname=~"Seqserve.+", alertstate="firing"})',
            "{{alertname}}",
            "{{task}}",
        ),
    ],
    rows=[NOW, SIGNALS, STAGES, BATCHING, QUEUE, LOG],
)
