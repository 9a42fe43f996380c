"""How the service does: the golden signals by task, and what is behind them."""

from deploy.grafana.dashboard import Annotation, Dashboard, Row, Variable
from deploy.grafana.panels import BAD, GOOD, ODD, Panel, Query, Stat, mean, quantile, rate

_OF = 'job=~"$job", task=~"$task"'


NOW = Row(
    "Now",
    [
        Stat(
            "Ready workers",
            "Workers that would answer predictions, of all instances.",
            [Query('sum(seqserve_ready_workers{job=~"$job"}) or vector(0)')],
            steps=[(1, GOOD)],
            base=BAD,
        ),
        Stat(
            "Requests",
            "Predictions asked for, a second.",
            [Query(f"sum(rate(seqserve_requests_total{{{_OF}}}[$__rate_interval])) or vector(0)")],
            unit="reqps",
        ),
        Stat(
            "Failed",
            "Answers 5xx of all, within five minutes, of the task where they are most. "
            "Orange: over the budget. Red: at a pace that gets somebody up.",
            [Query(f"max(task:seqserve_requests_failed:ratio_rate5m{{{_OF}}}) or vector(0)")],
            unit="percentunit",
            steps=[(0.005, ODD), (0.072, BAD)],
        ),
        Stat(
            "p99 over its objective",
            "The worst of the tasks; over 100% one request of a hundred takes longer than it may.",
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
            "In the queues before inference.",
            [Query(f"sum(seqserve_queue_items{{{_OF}}}) or vector(0)")],
        ),
        Stat(
            "Alerts",
            "That fire now; docs/runbooks.md says what to do.",
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
            "Requests for predictions by task.",
            [Query(rate("seqserve_requests_total", "task", _OF), "{{task}}")],
            unit="reqps",
        ),
        Panel(
            "Answers by status",
            "4xx are the client's: see what is wrong with them under rejections. 499 is a client that left.",
            [Query(rate("seqserve_requests_total", "task, status", _OF), "{{task}} {{status}}")],
            unit="reqps",
            stacked=True,
        ),
        Panel(
            "Errors",
            "5xx of all requests, within five minutes, and the share that the budget allows.",
            [
                Query(f"task:seqserve_requests_failed:ratio_rate5m{{{_OF}}}", "{{task}}"),
                Query('max(task:seqserve_requests_failed:objective{task=~"$task"})', "objective"),
            ],
            unit="percentunit",
        ),
        Panel(
            "Latency, median",
            "From a request's head to its answer, so with the upload.",
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
            "Series and texts. Rejected: wrong themselves. Failed: our fault, in an answer that may be 200.",
            [Query(rate("seqserve_items_total", "task, outcome", _OF), "{{task}} {{outcome}}")],
            unit="cps",
        ),
    ],
)

STAGES = Row(
    "Stages of a request",
    [
        Panel(
            "Where the time goes",
            "Seconds spent in each stage, a second. What waits in the queue costs nothing but patience.",
            [Query(rate("seqserve_stage_duration_seconds_sum", "task, stage", _OF), "{{task}} {{stage}}")],
            stacked=True,
        ),
        Panel(
            "Mean by stage",
            "Preprocess, queue and postprocess of a request, infer of a batch.",
            [Query(mean("seqserve_stage_duration_seconds", "task, stage", _OF), "{{task}} {{stage}}")],
            unit="s",
        ),
        Panel(
            "p99 by stage",
            "The same, of the slowest hundredth.",
            [Query(quantile(0.99, "seqserve_stage_duration_seconds", "task, stage", _OF), "{{task}} {{stage}}")],
            unit="s",
        ),
    ],
)

BATCHING = Row(
    "Batching",
    [
        Panel(
            "Items a batch",
            "What waited while a model inferred is inferred together: more under load.",
            [
                Query(mean("seqserve_batch_items", "task", _OF), "{{task}} mean"),
                Query(quantile(0.95, "seqserve_batch_items", "task", _OF), "{{task}} p95"),
            ],
            width=6,
        ),
        Panel(
            "Batches",
            "Inferences a second.",
            [Query(rate("seqserve_batch_items_count", "task", _OF), "{{task}}")],
            unit="ops",
            width=6,
        ),
        Panel(
            "Work",
            "Steps that the networks ran, a second; of translators those of the encoder.",
            [Query(rate("seqserve_steps_total", "task", _OF), "{{task}}")],
            unit="cps",
            width=6,
        ),
        Panel(
            "Padding",
            "Steps that were run in vain, since texts of other lengths were in the batch.",
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
            "Before inference, in all workers.",
            [Query(f"sum by (task) (seqserve_queue_items{{{_OF}}})", "{{task}}")],
            width=6,
        ),
        Panel(
            "Wait in the queue, p99",
            "At half a second somebody is told; at SEQSERVE_MAX_WAIT_SECONDS requests are refused.",
            [Query(f'stage:seqserve_stage_duration_seconds:p99_rate10m{{{_OF}, stage="queue"}}', "{{task}}")],
            unit="s",
            steps=[(0.5, ODD)],
            width=6,
        ),
        Panel(
            "Rejections by reason",
            "Requests refused as a whole. queue-full, too-many-connections and deadline want more capacity; "
            "most others are the client's.",
            [Query(rate("seqserve_rejections_total", "task, reason", _OF), "{{task}} {{reason}}")],
            unit="reqps",
            width=6,
        ),
        Panel(
            "Ready workers",
            "By instance; none if it cannot be scraped.",
            [Query('sum by (instance) (seqserve_ready_workers{job=~"$job"})', "{{instance}}")],
            width=6,
        ),
    ],
)

DASHBOARD = Dashboard(
    uid="seqserve-service",
    title="seqserve: service",
    description="How the service does: traffic, errors, latency and saturation by task, and what is behind them.",
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
    rows=[NOW, SIGNALS, STAGES, BATCHING, QUEUE],
)
