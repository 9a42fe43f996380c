"""The state of the models: versions, inputs and accuracy."""

from deploy.grafana.dashboard import Annotation, Dashboard, Row, Variable
from deploy.grafana.panels import BAD, ODD, Bars, Panel, Query, Table, quantile, rate, rates

_MODEL = 'job=~"$job", model=~"$model"'
_OF = f'{_MODEL}, task=~"$task"'
_FEATURE = f'{_OF}, feature=~"$feature"'


def _labelled(value: str) -> str:
    """A value of each version, once for each of its labels."""
    joined = f"seqserve_model_info{{{_OF}}} * on (job, instance, task, model, version) group_left () {value}"
    return f"max by (task, model, version, label) ({joined})"


def _logged(measures: str) -> str:
    """Measures of logged predictions; replicas that share a log say the same."""
    selected = f'{_OF}, measure=~"{measures}"'
    return f"max by (model, version, measure) (seqserve_prediction_log_accuracy{{{selected}}})"


_LEGEND = "{{model}} {{version}} {{measure}}"

VERSIONS = Row(
    "Versions",
    [
        Table(
            "What is served",
            "Every loaded version, once for each of its labels; requests that name no version get stable.",
            [
                Query(_labelled("(time() - seqserve_model_created_timestamp_seconds)")),
                Query(f"{_labelled('seqserve_model_loaded_timestamp_seconds')} * 1000"),
            ],
            width=12,
            columns=[("age", "s"), ("loaded", "dateTimeAsIso")],
            sorted_by=["model"],
        ),
        Panel(
            "Age of stable versions",
            "Time since publication. Dashed: the objective.",
            [
                Query(
                    "max by (model, version) (time() - seqserve_model_created_timestamp_seconds"
                    f' and on (job, instance, task, model, version) seqserve_model_info{{{_OF}, label="stable"}})',
                    "{{model}} {{version}}",
                ),
                Query('task:seqserve_model_age_seconds:objective{task=~"$task"}', "{{task}} objective"),
            ],
            unit="s",
            width=12,
        ),
    ],
)

TRAFFIC = Row(
    "Version beside version",
    [
        Panel(
            "Items",
            "Series and texts by the version that answered; shows the real share of a canary.",
            [rates("seqserve_items_total", "model, version", _OF)],
            unit="cps",
            stacked=True,
        ),
        Panel(
            "Items without a result",
            "Share of a version's items. Rejected: invalid items. Failed: errors of the version.",
            [
                Query(
                    rate("seqserve_items_total", "model, version, outcome", f'{_OF}, outcome!="ok"')
                    + " / ignoring (outcome) group_left () "
                    + rate("seqserve_items_total", "model, version", _OF),
                    "{{model}} {{version}} {{outcome}}",
                )
            ],
            unit="percentunit",
        ),
        Panel(
            "Time of a prediction",
            "From items to results, for requests that were answered.",
            [
                Query(
                    quantile(share, "seqserve_prediction_duration_seconds", "model, version", _OF),
                    f"{{{{model}}}} {{{{version}}}} {name}",
                )
                for share, name in ((0.5, "median"), (0.99, "p99"))
            ],
            unit="s",
        ),
    ],
)

INPUTS = Row(
    "Inputs",
    [
        Panel(
            "Drift of inputs",
            "Population stability index of the last day against the training part; above 0.2 the inputs have shifted.",
            [Query(f"feature:seqserve_input_values:psi1d{{{_FEATURE}}}", "{{model}} {{version}} {{feature}}")],
            steps=[(0.1, ODD), (0.2, BAD)],
            width=12,
        ),
        Bars(
            "Where inputs fall",
            "Share of the last day's values in each tenth of the training part, and the expected share. "
            "Select one model and feature. Bin 0 is the lowest.",
            [
                Query(f"avg by (bin) (bin:seqserve_input_values:share1d{{{_FEATURE}}})"),
                Query(f"avg by (bin) (bin:seqserve_reference_share:max{{{_FEATURE}}})"),
            ],
            unit="percentunit",
            width=12,
            columns=[("live", "percentunit"), ("expected", "percentunit")],
            sorted_by=["bin"],
        ),
        Panel(
            "Unknown tokens",
            "Share of tokens that are not in the vocabulary, within a day. Dashed: the share in the training part.",
            [
                Query(f"model:seqserve_unknown_tokens:share1d{{{_OF}}}", "{{model}}"),
                Query(f"model:seqserve_reference_unknown_share:max{{{_OF}}}", "{{model}} expected"),
            ],
            unit="percentunit",
        ),
        Panel(
            "Length of texts",
            "Tokens, before truncation.",
            [
                Query(quantile(share, "seqserve_input_tokens", "model", _OF), f"{{{{model}}}} {name}")
                for share, name in ((0.5, "median"), (0.95, "p95"))
            ],
        ),
        Panel(
            "Corrected inputs",
            "Values outside the range of the training part, filled gaps and truncated texts, per second.",
            [
                Query(rate("seqserve_out_of_range_values_total", "model", _MODEL), "{{model}} out of range"),
                Query(rate("seqserve_filled_values_total", "model", _MODEL), "{{model}} filled"),
                Query(rate("seqserve_truncated_items_total", "model", _OF), "{{model}} cut"),
            ],
            unit="cps",
        ),
    ],
)

CLASSES = Row(
    "Classes",
    [
        Panel(
            "Drift of classes",
            "Population stability index of the last day's predictions against the training labels.",
            [Query(f"version:seqserve_predicted_classes:psi1d{{{_MODEL}}}", "{{model}} {{version}}")],
            steps=[(0.1, ODD), (0.2, BAD)],
            width=12,
        ),
        Panel(
            "Predicted classes",
            "Shares within a day. Dashed: the shares of the training labels.",
            [
                Query(f"class:seqserve_predicted_classes:share1d{{{_MODEL}}}", "{{model}} {{version}} {{class}}"),
                Query(
                    f"class:seqserve_reference_class_share:max{{{_MODEL}}}", "{{model}} {{version}} {{class}} expected"
                ),
            ],
            unit="percentunit",
            most=1,
            width=12,
        ),
    ],
)

ACCURACY = Row(
    "Accuracy, from the actual values sent to POST /forecast/actuals",
    [
        Panel(
            "Errors beside the naive forecast's",
            "Mean absolute error of a week, relative to the naive forecast in training. Dashed: the same on the "
            "version's test part; an alert fires at one and a half times that.",
            [
                Query(f"version:seqserve_forecast_residual_scaled:mean7d{{{_MODEL}}}", "{{model}} {{version}}"),
                Query(f"version:seqserve_reference_mase:max{{{_MODEL}}}", "{{model}} {{version}} expected"),
            ],
            width=6,
        ),
        Panel(
            "Errors, median and p90",
            "The same measure within a day.",
            [
                Query(
                    f"histogram_quantile({share}, sum by (model, version, le) "
                    f"(increase(seqserve_forecast_residual_scaled_bucket{{{_MODEL}}}[1d])))",
                    f"{{{{model}}}} {{{{version}}}} {name}",
                )
                for share, name in ((0.5, "median"), (0.9, "p90"))
            ],
            width=6,
        ),
        Panel(
            "Outcomes inside their interval",
            "Share within a week, by level; it should be near the level. Dashed: the objective.",
            [
                Query(f"level:seqserve_interval_hits:share7d{{{_MODEL}}}", "{{model}} {{version}} {{level}}%"),
                Query(
                    "level:seqserve_interval_hits:objective"
                    f" and on (level) level:seqserve_interval_hits:share7d{{{_MODEL}}}",
                    "{{level}}% objective",
                ),
            ],
            unit="percentunit",
            most=1,
            width=6,
        ),
        Panel(
            "Outcomes received",
            "Within a week; no alert fires below 200.",
            [Query(f"version:seqserve_forecast_residual_scaled_count:increase7d{{{_MODEL}}}", "{{model}} {{version}}")],
            width=6,
        ),
    ],
)

LOGGED = Row(
    "What was right of logged predictions of the last 30 days; empty without SEQSERVE_PREDICTION_LOG",
    [
        Panel(
            "Right answers",
            "Share of the texts whose label was right, and of the translations that were good, among those that "
            "somebody said something of. Where people mostly report mistakes, the model is better than this.",
            [Query(_logged("accuracy|good"), _LEGEND)],
            unit="percentunit",
            most=1,
            width=6,
        ),
        Panel(
            "Translations beside the right ones",
            "Mean chrF of the texts, from 0 to 100.",
            [Query(_logged("chrf"), "{{model}} {{version}}")],
            most=100,
            width=6,
        ),
        Panel(
            "Errors of forecasts",
            "Sum of the errors over the sum of the values (wape); mean error over the model's naive scale.",
            [Query(_logged("wape|scaled_error"), _LEGEND)],
            width=6,
        ),
        Panel(
            "Forecasts inside their interval",
            "Share of the values that are known, by level; it should be near the level.",
            [Query(_logged("coverage_.+"), _LEGEND)],
            unit="percentunit",
            most=1,
            width=6,
        ),
        Panel(
            "Predictions with feedback",
            "Of how many it is known what was right.",
            [
                Query(
                    f"max by (model, version) (seqserve_prediction_log_feedback_predictions{{{_OF}}})",
                    "{{model}} {{version}}",
                )
            ],
            width=12,
        ),
        Panel(
            "Age of these figures",
            "They are computed every 15 seconds, or less often if that takes long; older ones mean that the database "
            "does not answer.",
            [
                Query(
                    'time() - max by (instance) (seqserve_prediction_log_accuracy_timestamp_seconds{job=~"$job"})',
                    "{{instance}}",
                )
            ],
            unit="s",
            width=12,
        ),
    ],
)

DASHBOARD = Dashboard(
    uid="seqserve-models",
    title="seqserve: models",
    description="The state of the models: versions, inputs compared with the training part, accuracy.",
    since="2d",
    variables=[
        Variable("job", "Job", "label_values(seqserve_model_info, job)"),
        Variable("task", "Task", 'label_values(seqserve_model_info{job=~"$job"}, task)'),
        Variable("model", "Model", 'label_values(seqserve_model_info{job=~"$job", task=~"$task"}, model)'),
        Variable("feature", "Input", f"label_values(seqserve_reference_share{{{_OF}}}, feature)"),
    ],
    annotations=[
        Annotation(
            "Models loaded",
            "blue",
            f"max by (task, model, version) (seqserve_model_loaded_timestamp_seconds{{{_OF}}}) * 1000",
            "{{model}} {{version}} loaded",
            "{{task}}",
            at_value=True,
        ),
        Annotation(
            "Alerts",
            BAD,
            "max by (alertname, model, version) "
            '(ALERTS{alertstate="firing", alertname=~"Seqserve.+", model=~"$model"})',
            "{{alertname}}",
            "{{model}} {{version}}",
        ),
    ],
    rows=[VERSIONS, TRAFFIC, INPUTS, CLASSES, ACCURACY, LOGGED],
)
