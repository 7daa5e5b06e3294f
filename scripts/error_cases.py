"""The cases of scripts/error_estimates.py: the whole accepted range of every key that changes N_eff."""
import dataclasses
import math

# Keys of the numerics: the truth has its own.
NUMERICS = ("grid.", "integrator.", "run.precision", "epoch.", "reheating.start_H_over_Gamma")

FAST, STANDARD = ["run.precision=fast"], ["run.precision=standard"]
COARSE = ["run.precision=fast", "grid.nodes=20", "grid.y_max=18"]
LOOSE = ["run.precision=fast", "integrator.relative_tolerance=1e-4", "integrator.absolute_tolerance=1e-6"]


def largest_xi(settings):
    """Of asymmetry.xi or asymmetry.eta."""
    for setting in settings:
        key, value = setting.split("=")
        if key.startswith("asymmetry."):
            largest = max(abs(float(number)) for number in value.strip("[]").split(","))
            return largest if key == "asymmetry.xi" else (6 * math.pi**2 * largest)**(1 / 3)
    return 0.0


@dataclasses.dataclass(frozen=True)
class Case:
    key: str         # the key that is varied
    value: str       # as the table shows it
    scheme: str
    varied: tuple    # all settings but the scheme
    truth_scheme: str = ""  # where it is another one

    def settings(self):
        return [f"run.scheme={self.scheme}", *self.varied]

    def physics(self):
        return [setting for setting in self.varied if not setting.startswith(NUMERICS)]

    def truths(self):
        """What the truth is made of: with weak rates it is extrapolated in the temperature of the start, with strong
        ones in the step."""
        if "weak.G_F_per_GeV2=1e-7" in self.varied:  # equilibrium to 1e-7 at 100 MeV, not at 50
            return [self.truth_settings(100)]
        if self.has("reheating."):
            return [self.truth_settings(step=0.2, more=["reheating.start_H_over_Gamma=300"])]
        if self.has("decay."):  # the energy density is that at the start
            return [self.truth_settings(20)]
        if self.is_weak():
            return [self.truth_settings(50), self.truth_settings(100)]
        if self.has("sterile."):  # twice the nodes of "standard", and no production before the start
            return [self.truth_settings(100, step=1 / 6)]
        if self.is_strong():
            return [self.truth_settings(50, step=0.5), self.truth_settings(50)]
        # The asymmetry of a given xi is that of its own start.
        return [self.truth_settings(20 if largest_xi(self.varied) > 0 else 50)]

    def truth_settings(self, T_start=None, step=None, more=()):
        largest = largest_xi(self.varied)
        scheme = self.truth_scheme or self.scheme
        costly = scheme == "qke" or largest > 0 or self.has(("reheating.branching", "decay."))
        usual_step, relative, absolute = (0.4, "1e-8", "1e-11") if costly else (0.25, "1e-9", "1e-12")
        step, y_max = step or usual_step, (28 if largest > 0 else 32) + math.ceil(largest)
        start = [f"epoch.T_start_MeV={T_start}"] if T_start else []
        return [f"run.scheme={scheme}", *self.physics(), "run.error_estimate=off", *start, *more,
                f"grid.nodes={math.ceil(y_max / step)}", f"grid.y_max={y_max}", f"integrator.relative_tolerance={relative}",
                f"integrator.absolute_tolerance={absolute}"]

    def is_strong(self):
        return any(setting in ("extra.rate_scale=100", "extra.rate_scale=1000", "weak.G_F_per_GeV2=1e-4",
                               "weak.G_F_per_GeV2=1e-3") for setting in self.varied)

    def has(self, keys):
        return any(setting.startswith(keys) for setting in self.varied)

    def is_weak(self):
        return any(setting in ("extra.rate_scale=0", "weak.G_F_per_GeV2=1e-9", "weak.G_F_per_GeV2=1e-8")
                   for setting in self.varied)


def cases(key, values, schemes=("atao",), numerics=(FAST, STANDARD, COARSE, LOOSE), more=()):
    """One key, with every scheme and numerics."""
    return [Case(key, str(value), scheme, (f"{key}={value}", *more, *chosen))
            for value in values for scheme in schemes for chosen in numerics]


def grids(scheme, sizes, more=FAST):
    return [Case("grid.nodes, grid.y_max", f"{nodes} to {y_max}", scheme,
                 (f"grid.nodes={nodes}", f"grid.y_max={y_max}", *more)) for nodes, y_max in sizes]


def tolerances(scheme, values, more=FAST):
    return [Case("integrator.relative_tolerance, absolute_tolerance", f"{relative}, {absolute}", scheme,
                 (f"integrator.relative_tolerance={relative}", f"integrator.absolute_tolerance={absolute}", *more))
            for relative, absolute in values]


CASES = [Case("run.precision", precision, scheme, (f"run.precision={precision}",))
         for scheme in ("boltzmann", "atao", "qke") for precision in ("fast", "standard", "high")
         if (scheme, precision) != ("qke", "high")]

GRIDS = [(10, 12), (12, 12), (15, 18.75), (16, 16), (16, 20), (20, 18), (20, 25), (24, 20), (24, 24), (32, 32), (30, 13),
         (40, 16), (40, 20), (60, 20), (60, 24), (80, 24), (80, 100), (60, 40)]
CASES += grids("atao", GRIDS) + grids("boltzmann", GRIDS[::2])
CASES += grids("qke", [(10, 12), (16, 20), (20, 18), (24, 20), (24, 24), (40, 16), (40, 20)])
CASES += grids("atao", [(20, 18), (30, 18), (48, 18), (32, 32), (60, 20)], STANDARD)

TOLERANCES = [("1e-3", "1e-3"), ("1e-3", "1e-9"), ("1e-3", "1e-16"), ("1e-5", "1e-3"), ("1e-12", "1e-3"),
              ("1e-8", "1e-6"), ("1e-4", "1e-6"), ("1e-4", "1e-4"), ("3e-5", "1e-8"), ("1e-5", "1e-8"), ("3e-6", "1e-7"),
              ("1e-6", "1e-16"), ("3e-7", "3e-10"), ("1e-7", "1e-9"), ("1e-8", "1e-11"), ("1e-9", "1e-13")]
CASES += tolerances("atao", TOLERANCES) + tolerances("boltzmann", TOLERANCES[::2])
CASES += tolerances("qke", [("1e-3", "1e-3"), ("1e-3", "1e-9"), ("1e-5", "1e-3"), ("1e-4", "1e-6"), ("1e-5", "1e-8"),
                            ("3e-7", "3e-10"), ("1e-7", "1e-8")])
CASES += cases("integrator.max_order", [1, 2, 3, 4], ("atao", "boltzmann"), (FAST, LOOSE))
CASES += cases("integrator.max_order", [2, 3, 4], ("atao", "boltzmann"), (STANDARD,))
CASES += cases("integrator.max_order", [1, 3, 5], ("qke",), (FAST, LOOSE))
CASES += cases("integrator.stability_limit_detection", ["true"], ("atao", "qke"), (FAST, STANDARD))
CASES += [Case("several", "1e-3, 1e-3, order 1, 10 nodes to 12", scheme,
               ("integrator.relative_tolerance=1e-3", "integrator.absolute_tolerance=1e-3", "integrator.max_order=1",
                "grid.nodes=10", "grid.y_max=12")) for scheme in ("boltzmann", "atao", "qke")]

CASES += cases("epoch.T_start_MeV", [5, 6, 7, 8, 10, 30, 50, 100], ("atao",), (FAST, STANDARD))
CASES += cases("epoch.T_start_MeV", [5, 8, 100], ("boltzmann", "qke"), (FAST,))
CASES += cases("epoch.T_start_MeV", [5, 20, 100], ("atao",), (FAST,), ("weak.G_F_per_GeV2=1e-6",))
CASES += cases("epoch.T_start_MeV", [5, 20, 100], ("atao",), (FAST, LOOSE), ("weak.G_F_per_GeV2=1e-7",))
CASES += cases("epoch.T_start_MeV", [5, 30], ("atao",), (FAST,), ("extra.rate_scale=0.01",))
CASES += cases("epoch.T_end_MeV", [0.001, 0.005, 0.02, 0.05], ("atao",), (FAST, STANDARD))
CASES += cases("weak.G_F_per_GeV2", ["1e-9", "1e-8", "1e-7", "1e-6", "5e-6", "1e-4", "1e-3"])
CASES += cases("extra.rate_scale", [0, 0.01, 0.1, 10, 100, 1000])
CASES += cases("extra.rate_scale", [0, 0.1, 1000], ("boltzmann",), (FAST,))
CASES += cases("extra.rate_scale", [10, 1000], ("qke",), (FAST,))
RATE_TABLES = ["[[0.001,1.02,0.97],[0.5,1.01,0.99],[100,1.1,1.05]]", "[[0.001,0.3,0.5],[2,0.3,0.5],[100,0.6,0.4]]"]
CASES += cases("extra.rate_table", RATE_TABLES, numerics=(FAST, STANDARD))
CASES += cases("extra.rate_table", RATE_TABLES[1:], numerics=(FAST,), more=("epoch.T_start_MeV=8",))
SCALAR, DIRAC = ["relic.degrees=1"], ["relic.degrees=4", "relic.statistics=fermion"]
CASES += cases("relic.mass_MeV", [0.5, 2, 5, 10, 30], numerics=(FAST, STANDARD), more=DIRAC)
CASES += cases("relic.mass_MeV", [2, 10], numerics=(FAST, COARSE), more=SCALAR)
CASES += cases("relic.mass_MeV", [3], ("boltzmann", "qke"), (FAST,), more=DIRAC)
CASES += cases("extra.dark_radiation_delta_Neff", [0.5, 10, 100], numerics=(FAST, STANDARD, COARSE))
CASES += cases("weak.sin2_theta_W", [0, 0.25, 0.5, 1], numerics=(FAST, STANDARD, COARSE))
EPSILON_EE, EPSILON_EMU = "[[{0},0,0],[0,0,0],[0,0,0]]", "[[0,{0},0],[{0},0,0],[0,0,0]]"
CASES += cases("nsi.left", [EPSILON_EE.format(value) for value in (-0.7, 0.2, 3, 10)], numerics=(FAST, STANDARD))
CASES += cases("nsi.right", [EPSILON_EE.format(0.2), EPSILON_EMU.format(0.2), EPSILON_EMU.format(5)], numerics=(FAST, COARSE))
CASES += cases("nsi.left", [EPSILON_EMU.format(0.2)], ("boltzmann", "qke"), (FAST,))
CASES += cases("nsi.left_imaginary", ["[[0,0.2,0],[-0.2,0,0],[0,0,0]]"], numerics=(FAST,))
CASES += cases("weak.m_W_GeV", [1, 1e6], numerics=(FAST, COARSE)) + cases("weak.m_Z_GeV", [1, 1e6], numerics=(FAST,))
CASES += cases("plasma.qed", ["none", "e2", "e2+ln", "e3+ln", "e5+ln"], numerics=(FAST, STANDARD))
CASES += cases("plasma.muons", ["true"], ("atao", "boltzmann"), (FAST, STANDARD))
CASES += cases("collisions.neutrino_neutrino", ["none"], ("atao", "boltzmann"))
CASES += cases("collisions.neutrino_electron", ["none"], ("atao", "boltzmann"), (FAST, COARSE))
CASES += cases("mean_field.matter", ["false"], numerics=(FAST, STANDARD))
CASES += cases("mean_field.muons", ["on"], numerics=(FAST, STANDARD))
CASES += cases("mean_field.neutrino_energy", ["true"], ("qke",), (FAST,))
CASES += cases("mixing.sin2_theta12", [0, 0.5], numerics=(FAST,)) + cases("mixing.sin2_theta13", [0, 0.5], numerics=(FAST,))
CASES += cases("mixing.sin2_theta23", [0, 1], numerics=(FAST,))
CASES += cases("mixing.dm2_21_eV2", ["1e-6", "0.01"], numerics=(FAST,))
CASES += cases("mixing.dm2_31_eV2", ["-1", "-2.46e-3", "1"], numerics=(FAST, STANDARD))
CASES += cases("mixing.delta_cp_rad", [1.5707963, 3.1415927, 4.272566], numerics=(FAST, STANDARD))
CASES += cases("mixing.delta_cp_rad", [4.272566], ("qke",), (FAST,))

# Equal masses, levels that cross, pairs that oscillate slowly: the truth is that of the full equations, or that without
# oscillations where nu_e is a mass state.
DEGENERATE = [(("mixing.dm2_21_eV2=0",), "qke"), (("mixing.dm2_31_eV2=0",), "qke"), (("mixing.dm2_31_eV2=1e-20",), "qke"),
              (("mixing.dm2_21_eV2=1e-9",), "qke"), (("mixing.sin2_theta13=0", "mixing.dm2_31_eV2=-2.46e-3"), "qke"),
              (("mixing.sin2_theta12=1", "mixing.sin2_theta13=0"), "boltzmann")]
CASES += [Case(settings[0].split("=")[0], " with ".join(setting.split("=")[1] for setting in settings), "atao",
               (*settings, *numerics), scheme) for settings, scheme in DEGENERATE for numerics in (FAST, STANDARD)]

EQUAL = [f"[{xi},{xi},{xi}]" for xi in (0.3, -1, 3, 6, 20)]
CASES += cases("asymmetry.xi", EQUAL, ("boltzmann",), (FAST, STANDARD, FAST + ["integrator.relative_tolerance=1e-3"]))
CASES += cases("asymmetry.xi", EQUAL[:4], ("atao",), (FAST,))
CASES += cases("asymmetry.xi", ["[0.5,-0.2,0]", "[1,0,-1]", "[3,0,-3]", "[20,-20,0]"], ("boltzmann",), (FAST, STANDARD))
CASES += [Case("asymmetry.xi", f"[{xi},{xi},{xi}]", scheme,
               (f"asymmetry.xi=[{xi},{xi},{xi}]", f"grid.nodes={nodes}", f"grid.y_max={y_max}", *FAST))
          for scheme in ("boltzmann",)
          for xi, nodes, y_max in ((0.3, 16, 13), (1, 20, 16), (3, 16, 13), (3, 20, 25), (6, 16, 16), (6, 40, 16), (10, 16, 20),
                                   (20, 24, 30), (20, 100, 31))]
CASES += cases("asymmetry.eta", ["[0.1,0.1,0.1]", "[10,10,10]", "[100,0,-100]"], ("boltzmann",), (FAST,))

# Sterile neutrinos: from hardly any to a whole species.
OF_1_EV = ("sterile.number=1", "sterile.dm2_41_eV2=1.29")
CASES += cases("sterile.U_e4_squared", ["1e-5", "1e-4", "1e-3", "1e-2"], numerics=(FAST, STANDARD), more=OF_1_EV)
CASES += cases("sterile.U_mu4_squared", ["1e-4"], numerics=(FAST, STANDARD), more=OF_1_EV)
CASES += cases("sterile.dm2_41_eV2", [0.1, 10], numerics=(FAST,), more=("sterile.number=1", "sterile.U_e4_squared=1e-3"))
CASES += cases("sterile.number", [2], numerics=(FAST,), more=(
    "sterile.dm2_41_eV2=1", "sterile.dm2_51_eV2=2", "sterile.sin2_theta14=0.001", "sterile.sin2_theta25=0.001"))
MIXED = [*OF_1_EV, "sterile.U_e4_squared=1e-3", *FAST]
CASES += grids("atao", [(24, 24), (36, 24), (96, 24)], MIXED) + tolerances("atao", [("1e-5", "1e-8")], MIXED)
CASES += cases("epoch.T_start_MeV", [30], numerics=(FAST,), more=MIXED[:-1])
CASES += cases("sterile.U_tau4_squared", ["3e-4", "0.1"], numerics=(FAST,), more=OF_1_EV)

# Low reheating: from hardly any neutrinos to all.
CASES += cases("reheating.T_RH_MeV", [0.7, 1, 2, 3, 5, 10], numerics=(FAST, STANDARD))
CASES += cases("reheating.T_RH_MeV", [1, 4], numerics=(COARSE, LOOSE)) + cases("reheating.T_RH_MeV", [2], ("boltzmann",), (FAST,))
CASES += cases("reheating.T_RH_MeV", [1, 3, 7], numerics=(FAST,), more=(
    "reheating.mass_MeV=20", "reheating.branching=[0.03,0.03,0.03]"))

# Particles that decay: into the plasma, into neutrinos, and into muons.
PARTICLE = ("decay.mass_MeV=30", "decay.lifetime_s=0.1", "decay.energy_density_MeV4=6000")
CASES += cases("decay.branching", ["[0,0,0]", "[0.33,0.33,0.33]", "[1,0,0]"], numerics=(FAST, STANDARD), more=PARTICLE)
CASES += cases("decay.branching", ["[0.33,0.33,0.33]"], numerics=(COARSE,), more=PARTICLE)
CASES += cases("decay.muons", [0.5], numerics=(FAST, STANDARD), more=(
    "decay.mass_MeV=250", "decay.lifetime_s=0.02", "decay.energy_density_MeV4=10000"))
