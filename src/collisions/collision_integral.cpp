#include "collisions/collision_integral.hpp"

#include <cmath>
#include <utility>

#include "collisions/neutrino_electron.hpp"
#include "collisions/neutrino_neutrino.hpp"
#include "components/reheating.hpp"
#include "model/asymmetry.hpp"
#include "model/constants.hpp"
#include "model/sterile.hpp"

namespace qke {
namespace {

// Gain and loss of the own momentum cancel but for coherences of nu_e, which are large
// beside sterile states, where asymmetries precess and where perturbations grow.
OwnMomentum own_momentum(const Parameters& parameters) {
  const bool coherent = sterile_states_mix(parameters.sterile) || resolves_asymmetry(parameters) ||
                        directions_are_resolved(parameters);
  return coherent ? OwnMomentum::counts : OwnMomentum::cancels;
}

}  // namespace

CollisionProcesses collision_processes(const MomentumGrid& grid, const Parameters& parameters,
                                       const CollisionRange& range, const Threads& threads) {
  CollisionProcesses processes;
  if (parameters.collisions.neutrino_neutrino == ProcessTreatment::full) {
    processes.push_back(std::make_shared<NeutrinoNeutrino>(grid, threads));
  }
  if (parameters.collisions.neutrino_electron == ProcessTreatment::full) {
    processes.push_back(std::make_shared<NeutrinoElectron>(
        grid, coupling_maps(parameters.weak.sin2_theta_W, parameters.nsi),
        ElectronRateFactors(parameters.extra), range.x_first, range.x_last, range.z_reference, threads,
        own_momentum(parameters),
        is_reheated(parameters) ? TemperatureRange::wide : TemperatureRange::narrow));
  }
  return processes;
}

CollisionIntegral::CollisionIntegral(CollisionProcesses processes, double G_F_per_GeV2, int nodes)
    : processes_(std::move(processes)),
      G_F_(G_F_per_GeV2 / (constants::GeV * constants::GeV)),
      nodes_(nodes) {}

double CollisionIntegral::unit(double T_cm) const { return G_F_ * G_F_ * std::pow(T_cm, 5); }

// Gain and loss matrices add up over processes: C is linear in them.
CollisionRates CollisionIntegral::rates(const Background& background, const ActiveDensities& rho) const {
  CollisionRates sum(rho);
  for (const auto& process : processes_) process->add(background, rho, sum);
  return sum;
}

SharedBasisRates CollisionIntegral::rates_in_shared_basis(const Background& background,
                                                          const SharedBasisDensities& f) const {
  SharedBasisRates sum(nodes_);
  for (const auto& process : processes_) process->add_in_shared_basis(background, f, sum);
  return sum;
}

CollisionResponse CollisionIntegral::response(const Background& background,
                                              const ActiveDensities& rho) const {
  CollisionResponse sum(nodes_, rho.independent());
  for (const auto& process : processes_) process->add_response(background, rho, sum);
  return sum;
}

}  // namespace qke
