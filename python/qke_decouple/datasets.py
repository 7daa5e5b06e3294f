"""Groups of a run file as xarray Datasets, with units, labels, and what belongs beside the numbers."""
try:
    import xarray
except ImportError as missing:
    raise ImportError(f"{missing} (history and spectra are Datasets of xarray). pip install xarray, or apt install "
                      "python3-xarray.") from missing

from .run_physics import ELECTRON_MASS_MEV, fermi_dirac
from .run_reader import np


def dimensions_of(name, dataset):
    """The names of the coordinates; a coordinate is its own."""
    return [dataset.dims[axis][0].name.rsplit("/", 1)[-1] if len(dataset.dims[axis]) else name
            for axis in range(dataset.ndim)]


def variable_of(name, dataset):
    values = dataset.asstr()[()] if dataset.dtype.kind == "O" else dataset[()]
    attributes = {key: str(dataset.attrs[key]) for key in ("units", "long_name")}
    return xarray.Variable(dimensions_of(name, dataset), values, attributes)


def dataset_of(file, group):
    variables = {name: variable_of(name, dataset) for name, dataset in file[group].items()}
    coordinates = {name: variable for name, variable in variables.items() if variable.dims == (name,)}
    data = {name: variable for name, variable in variables.items() if name not in coordinates}
    attributes = {key: str(file.attrs[key]) for key in ("title", "source")}
    return xarray.Dataset(data, coordinates, attributes)


def T_cm_of(x):
    return xarray.Variable(("x",), ELECTRON_MASS_MEV / np.asarray(x),
                           {"units": "MeV", "long_name": "comoving temperature"})


def history_of(file):
    history = dataset_of(file, "history")
    return history.assign_coords(T_cm=T_cm_of(history.x)) if "T_cm" not in history else history.set_coords("T_cm")


def spectra_of(file):
    """With the thermal spectrum f_eq(y) that neutrinos without asymmetry, and without heat, would have."""
    spectra = dataset_of(file, "spectra")
    f_eq = xarray.Variable(("y",), fermi_dirac(spectra.y.values),
                           {"units": "1", "long_name": "Fermi-Dirac distribution at T_cm, without asymmetry"})
    return spectra.assign_coords(T_cm=T_cm_of(spectra.x)).assign(f_eq=f_eq)
