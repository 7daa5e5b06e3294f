"""Values of Python as TOML, which is how configurations reach the solver."""
import json
import os


def value_text(value):
    """A value as TOML: numbers (NumPy's, too), words, names of files, lists."""
    if hasattr(value, "tolist"):
        value = value.tolist()
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(value_text(item) for item in value) + "]"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        return repr(value)
    return json.dumps(os.fspath(value), ensure_ascii=False)


def flattened(settings):
    """{"section.key": value} of such a dictionary, or of {"section": {"key": value}}."""
    keys = {}
    for name, value in settings.items():
        keys.update({f"{name}.{key}": inner for key, inner in value.items()} if isinstance(value, dict) else {name: value})
    return keys


def overrides_of(settings):
    """As for the command's --set."""
    return [f"{key}={value_text(value)}" for key, value in flattened(settings).items()]
