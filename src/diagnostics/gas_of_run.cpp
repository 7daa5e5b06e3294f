#include "diagnostics/gas_of_run.hpp"

#include <cmath>

#include "diagnostics/turning_frame.hpp"
#include "flavour/hermitian.hpp"
#include "model/asymmetry.hpp"
#include "model/constants.hpp"
#include "numerics/cubic.hpp"
#include "oscillations/hamiltonian.hpp"
#include "oscillations/mixing.hpp"

namespace qke {
namespace {

constexpr int refinement = 3;

// V(y) + odd of neutrinos and -V(y) + odd of antineutrinos, over H.
class Hamiltonians {
 public:
  Hamiltonians(const Parameters& parameters, const Interactions& interactions, const Matrix3& J,
               const Background& b)
      : mass_squared_(mass_squared_matrix(parameters.mixing)),
        potential_(interactions),
        odd_(as_fixed<3>(interactions.odd) + J),
        T_cm_(b.T_cm),
        hubble_(b.hubble) {}

  Matrix3 V(double y) const {
    return (vacuum_hamiltonian<3>(mass_squared_, y, T_cm_) + potential_(y)) / hubble_;
  }
  Matrix3 nu(double y) const { return V(y) + odd_ / hubble_; }
  Matrix3 bar(double y) const { return -V(y) + odd_ / hubble_; }

 private:
  Matrix3 mass_squared_;
  PotentialOfMomentum<3> potential_;
  Matrix3 odd_;
  double T_cm_, hubble_;
};

// The matrices of a kind at momenta between the nodes. Of rho the occupations of the
// eigenstates of H are interpolated, which are smooth where the states turn fast (two
// levels cross), and the rest by elements; over e^-y, as both fall like it.
class Interpolation {
 public:
  Interpolation(const MomentumGrid& grid, const CoherentMomenta& nodes) : step_(grid.step()), nodes_(nodes) {
    for (int i = 0; i < grid.size(); ++i) {
      const auto n = static_cast<std::size_t>(i);
      const Matrix3 U = eigensystem<3>(nodes.H[n]).vectors;
      const Vector3 f = (U.adjoint() * nodes.rho[n] * U).diagonal().real();
      const Matrix3 rest = nodes.rho[n] - U * f.cast<Complex>().asDiagonal() * U.adjoint();
      occupations_.emplace_back(std::exp(grid.y(i)) * f);
      rest_.emplace_back(std::exp(grid.y(i)) * rest);
    }
  }

  void append(double y, const Matrix3& H, CoherentMomenta& to) const {
    const Cubic cubic(y / step_ - 1.0, occupations_.size());
    const Matrix3 U = eigensystem<3>(H).vectors;
    const Vector3 f = cubic(occupations_);
    const Matrix3 rest = cubic(rest_);
    to.rho.emplace_back(std::exp(-y) * (U * f.cast<Complex>().asDiagonal() * U.adjoint() + rest));
    to.H.push_back(H);
    to.loss.emplace_back(cubic(nodes_.loss));
  }

 private:
  double step_;
  const CoherentMomenta& nodes_;
  std::vector<Vector3> occupations_;
  std::vector<Matrix3> rest_;
};

IsotropicGas refined(const MomentumGrid& grid, const IsotropicGas& gas, const Hamiltonians& H) {
  const double unit = gas.coupling(0) / (grid.y(0) * grid.y(0)) / refinement;
  const Interpolation nu(grid, gas.nu), bar(grid, gas.bar);
  IsotropicGas fine;
  fine.coupling.resize(grid.size() * refinement);
  for (int j = 0; j < fine.coupling.size(); ++j) {
    const double y = grid.step() * (j + 1) / refinement;
    fine.coupling(j) = unit * y * y;
    nu.append(y, H.nu(y), fine.nu);
    bar.append(y, H.bar(y), fine.bar);
  }
  return fine;
}

// Means over no neutrinos are 0.
double ratio(double sum, double of) { return of > 0.0 ? sum / of : 0.0; }

// Sums over momenta of neutrinos and antineutrinos, weighted as in J.
template <class Function>
double sum_over(const IsotropicGas& gas, Function&& f) {
  double sum = 0.0;
  for (Eigen::Index i = 0; i < gas.coupling.size(); ++i) {
    for (const CoherentMomenta* kind : {&gas.nu, &gas.bar}) {
      sum += gas.coupling(i) * f(*kind, static_cast<std::size_t>(i));
    }
  }
  return sum;
}

// Coherence of two states is damped by the sum of their elements of the loss matrix d: the
// mean is 2 Tr d/3.
double mean_damping(const IsotropicGas& gas) {
  const auto density = [](const auto& kind, auto i) { return kind.rho[i].trace().real(); };
  const auto rate = [&](const auto& kind, auto i) {
    return density(kind, i) * 2.0 / 3.0 * kind.loss[i].trace().real();
  };
  return ratio(sum_over(gas, rate), sum_over(gas, density));
}

// Of two states v apart the traceless part has the norm v/sqrt(2).
double mean_oscillation(const MomentumGrid& grid, const IsotropicGas& gas, const Hamiltonians& H) {
  double sum = 0.0, density = 0.0;
  for (int i = 0; i < grid.size(); ++i) {
    const double weight = gas.coupling(i) * gas.nu.rho[static_cast<std::size_t>(i)].trace().real();
    sum += weight * std::sqrt(2.0) * traceless<3>(H.V(grid.y(i))).norm();
    density += weight;
  }
  return ratio(sum, density);
}

MatrixField<3> losses(const GainAndLoss& rates, double unit, int nodes) {
  MatrixField<3> loss;
  for (int i = 0; i < nodes; ++i) {
    loss.emplace_back(unit * (rates.gain.at<Complex>(i) + rates.loss.at<Complex>(i)));
  }
  return loss;
}

}  // namespace

GasOfRun::GasOfRun(const Parameters& parameters, const RunRecord& record, const Threads& threads)
    : parameters_(parameters),
      record_(record),
      grid_(parameters.grid),
      plasma_(parameters.plasma, parameters.relic),
      reference_(plasma_, reheating_history(parameters, plasma_)),
      potentials_(potentials(parameters, plasma_)),
      collisions_(collision_processes(
                      grid_, parameters,
                      {record.spectra.front().x, constants::electron_mass / parameters.epoch.T_end_MeV,
                       [this](double x) { return reference_.z(x); }},
                      threads),
                  parameters.weak.G_F_per_GeV2, grid_.size()) {}

// z and H between the rows of the history, which are equally spaced in ln x; of z its
// ratio to the plasma without heat exchange, which hardly changes.
Background GasOfRun::background(double x) const {
  const auto& history = record_.history;
  const double first = std::log(history.front().x), last = std::log(history.back().x);
  const double spacing = (last - first) / (static_cast<double>(history.size()) - 1.0);
  const Cubic cubic((std::log(x) - first) / spacing, history.size());
  std::vector<double> ratios(history.size(), 0.0), hubble(history.size(), 0.0);
  for (std::size_t n = cubic.first; n < cubic.first + 4; ++n) {
    ratios[n] = history[n].z / reference_.z(history[n].x);
    hubble[n] = std::log(history[n].hubble);
  }
  Background b = background_of_plasma(std::log(x), cubic(ratios), plasma_, reference_);
  b.hubble = std::exp(cubic(hubble)) * constants::hbar;
  return b;
}

GasAtSlice GasOfRun::at(std::size_t number) const {
  const SpectraSnapshot& slice = record_.spectra[number];
  const Background b = background(slice.x);
  const DensityMatrices<3> rho{as_fixed<3>(slice.rho), as_fixed<3>(slice.rhobar)};
  const double kappa = self_coupling(parameters_.weak, b.T_cm) * grid_.step();
  Matrix3 asymmetry = Matrix3::Zero(), energy = Matrix3::Zero();
  for (int i = 0; i < grid_.size(); ++i) {
    const double y = grid_.y(i);
    asymmetry += y * y * (rho.nu[i] - rho.bar[i]);
    energy += std::pow(y, 3) * (rho.nu[i] + rho.bar[i]);
  }
  const double energy_unit = grid_.step() * std::pow(b.T_cm, 4) / (2.0 * constants::pi * constants::pi);
  const Matrix3 J = self_interaction_is_on(parameters_) ? Matrix3(kappa * asymmetry) : Matrix3::Zero();
  const Hamiltonians H(parameters_, interactions(potentials_, b, {energy_unit * energy}, 3), J, b);
  const CollisionRates rates =
      collisions_.rates(b, active_densities<3>(rho, AntineutrinoRelation::independent));
  const double unit = collisions_.unit(b.T_cm) / b.hubble;

  GasAtSlice result;
  result.x = slice.x;
  IsotropicGas& gas = result.gas;
  gas.coupling = kappa / b.hubble * grid_.y().square();
  gas.nu = {rho.nu, {}, losses(rates.nu, unit, grid_.size())};
  gas.bar = {rho.bar, {}, losses(rates.bar, unit, grid_.size())};
  for (const double y : grid_.y()) gas.nu.H.push_back(H.nu(y)), gas.bar.H.push_back(H.bar(y));
  result.fine = refined(grid_, gas, H);
  result.oscillation = mean_oscillation(grid_, gas, H);
  result.damping = mean_damping(gas);
  const Matrix3 Omega = turning_of(gas);
  result.turning = turning_of_momenta(gas);
  result.turning_in_frame = turning_seen_from(gas, Omega);
  result.nutation = nutation_seen_from(gas, Omega);
  turn(gas, Omega), turn(result.fine, Omega);
  return result;
}

}  // namespace qke
