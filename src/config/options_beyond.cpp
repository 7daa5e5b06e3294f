#include "config/options_beyond.hpp"

#include "config/option_access.hpp"

namespace qke {

std::vector<Option> relic_options() {
  using S = RelicParameters;
  return {
      {"relic", "mass_MeV", "MeV",
       RealOption{access<double>(&P::relic, &S::mass_MeV), 0, 1e5, false, {}, {in_GeV()}},
       "mass of a particle in equilibrium with the plasma"},
      {"relic", "degrees", "1", RealOption{access<double>(&P::relic, &S::degrees), 0, 20},
       "its degrees of freedom, with those of its antiparticle: 1 for a real scalar, 4 for a Dirac fermion; "
       "0: there is no such particle"},
      {"relic", "statistics", "", ChoiceOption{access<int>(&P::relic, &S::statistics), {"boson", "fermion"}},
       "its statistics"},
  };
}

std::vector<Option> decay_options() {
  using S = DecayParameters;
  return {
      {"decay", "mass_MeV", "MeV",
       RealOption{access<double>(&P::decay, &S::mass_MeV), 0, 1e5, false, {}, {in_GeV()}},
       "mass of a particle at rest that decays"},
      {"decay", "lifetime_s", "s", RealOption{access<double>(&P::decay, &S::lifetime_s), 0, 1e4},
       "its mean lifetime"},
      {"decay", "energy_density_MeV4", "MeV^4",
       RealOption{access<double>(&P::decay, &S::energy_density_MeV4), 0, 1e10},
       "its energy density at epoch.T_start_MeV; 0: there is no such particle"},
      {"decay", "branching", "1", FlavourOption{access<FlavourTriple>(&P::decay, &S::branching), 0, 1},
       "branchings into nu_e nubar_e, nu_mu nubar_mu, nu_tau nubar_tau; the rest goes to e+- and photons"},
      {"decay", "spectrum_file", "1/MeV",
       TableOption{access(&P::decay, &S::spectrum_file),
                   {"E_MeV", "e", "mu", "tau"},
                   "spectra dN/dE in 1/MeV, each with the integral 1",
                   1e6,
                   false},
       "spectra of these neutrinos, dN/dE of each flavour with the integral 1; none: lines at half the mass. "
       "Printed as rows, whatever file they come from"},
      {"decay", "muons", "1", RealOption{access<double>(&P::decay, &S::muons), 0, 1},
       "branching into mu+ mu-, which come to rest and decay into nu_e and nu_mu"},
  };
}

std::vector<Option> reheating_options() {
  using S = ReheatingParameters;
  return {
      {"reheating", "T_RH_MeV", "MeV",
       RealOption{
           access<double>(&P::reheating, &S::T_RH_MeV), 0, 100, false, {0.1, 50}, {in_keV(), in_GeV()}},
       "temperature to which a particle that dominates reheats the Universe; 0: no such particle"},
      {"reheating", "mass_MeV", "MeV",
       RealOption{access<double>(&P::reheating, &S::mass_MeV), 0, 1e7, true, {}, {in_GeV()}},
       "its mass, which matters for branchings into neutrinos"},
      {"reheating", "branching", "1",
       FlavourOption{access<FlavourTriple>(&P::reheating, &S::branching), 0, 1},
       "branchings into nu_e nubar_e, nu_mu nubar_mu, nu_tau nubar_tau; the rest goes to e+- and photons"},
      {"reheating", "start_H_over_Gamma", "1",
       RealOption{access<double>(&P::reheating, &S::start_H_over_Gamma), 3, 1000},
       "Hubble rate over the particle's decay rate at the start"},
  };
}

std::vector<Option> stability_options() {
  using S = StabilityParameters;
  return {
      {"stability", "modes", "",
       ChoiceOption{access<int>(&P::stability, &S::modes), {"off", "homogeneous", "all"}},
       "small perturbations whose growth is analysed after the run: none, those that are the same "
       "everywhere, all"},
      {"stability", "points", "1", IntegerOption{access<long>(&P::stability, &S::points), 2, 1000},
       "slices of /spectra at which they are analysed, from start to end"},
      {"stability", "count", "", FlagOption{access<bool>(&P::stability, &S::count)},
       "find all modes that grow, by counting them; false: only those that are found from one slice to the "
       "next, in a fraction of the time"},
      {"stability", "k_over_H", "1",
       ListOption{access<NumberList>(&P::stability, &S::k_over_H), 1.0, 1e12, 20},
       "wave numbers of perturbations that vary in space, with modes = \"all\"; []: 1e3, 1e4, ... 1e7"},
  };
}

std::vector<Option> direction_options() {
  using S = DirectionParameters;
  return {
      {"directions", "number", "1", IntegerOption{access<long>(&P::directions, &S::number), 1, 8},
       "directions of the momenta against an axis: 1 (an isotropic gas), 2, 4, 6 or 8"},
      {"directions", "seed", "1", RealOption{access<double>(&P::directions, &S::seed), 0, 0.01},
       "perturbation of the start, a dipole of the coherences in units of the occupation numbers"},
      {"directions", "attenuation", "1", RealOption{access<double>(&P::directions, &S::attenuation), 0, 1e6},
       "how many times faster than collisions perturbations still grow where all oscillations are slowed "
       "down; 0: they are not"},
      {"directions", "begin_below_MeV", "MeV",
       RealOption{access<double>(&P::directions, &S::begin_below_MeV), 0.3, 100},
       "T_cm below which directions are followed where asymmetries differ; above, the gas is isotropic"},
  };
}

}  // namespace qke
