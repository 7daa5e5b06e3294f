// Every valid configuration, written as TOML and read back, is the same bit by bit.
#include "config/configuration.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <random>

#include "config/options.hpp"
#include "model/asymmetry.hpp"
#include "model/decay_spectrum.hpp"
#include "model/method.hpp"
#include "model/sterile.hpp"
#include "support/seed.hpp"

namespace qke {
namespace {

// Sets an option to a random value in its range.
class Randomise {
 public:
  Randomise(Parameters& parameters, std::mt19937_64& generator)
      : parameters_(parameters), random_(generator) {}

  void operator()(const RealOption& real) {
    const double lower = real.lower_excluded ? std::nextafter(real.lower, real.upper) : real.lower;
    real.access.set(parameters_, between(lower, real.upper));
  }
  void operator()(const IntegerOption& integer) {
    integer.access.set(parameters_,
                       std::uniform_int_distribution<long>(integer.lower, integer.upper)(random_));
  }
  void operator()(const FlagOption& flag) { flag.access.set(parameters_, random_() % 2 == 0); }
  void operator()(const ChoiceOption& choice) {
    choice.access.set(parameters_, static_cast<int>(random_() % choice.words.size()));
  }
  void operator()(const FlavourOption& flavours) {
    FlavourTriple values{};
    for (auto& value : values) value = between(flavours.lower, flavours.upper);
    flavours.access.set(parameters_, values);
  }
  void operator()(const MatrixOption& matrix) {
    FlavourRows rows{};
    for (std::size_t a = 0; a < 3; ++a) {
      for (std::size_t b = matrix.imaginary ? a + 1 : a; b < 3; ++b) {
        rows[a][b] = between(-matrix.limit, matrix.limit);
        rows[b][a] = (matrix.imaginary ? -rows[a][b] : rows[a][b]) + 0.0;
      }
    }
    matrix.access.set(parameters_, rows);
  }
  void operator()(const ListOption& list) {
    NumberList values;
    for (std::size_t n = random_() % (list.most + 1); n > 0; --n) {
      values.push_back(std::max(list.lower, between(list.lower, list.upper)));
    }
    std::sort(values.begin(), values.end());
    values.erase(std::unique(values.begin(), values.end()), values.end());
    list.access.set(parameters_, values);
  }
  // From the coldest end to the hottest start that there is.
  void operator()(const TableOption& table) {
    TableRows rows;
    if (random_() % 2 == 0) {
      for (const double first : {1e-3, 0.7, 100.0}) {
        rows.emplace_back(table.columns.size(), first);
        for (std::size_t n = 1; n < table.columns.size(); ++n) rows.back()[n] = between(0.1, 10);
      }
    }
    table.access.set(parameters_, rows);
  }

 private:
  // Small and round values as well as full ones, so that exponents and integers are met too.
  double between(double lower, double upper) {
    const double value = std::uniform_real_distribution<double>(lower, upper)(random_);
    switch (random_() % 3) {
      case 0:
        return value;
      case 1:
        return std::max(lower, std::floor(value)) + 0.0;
      default:
        return std::max(lower, value * std::pow(10.0, -static_cast<double>(random_() % 12)));
    }
  }

  Parameters& parameters_;
  std::mt19937_64& random_;
};

// None, or one without asymmetries, which is produced late enough.
void make_sterile_states_available(Parameters& parameters) {
  const SterileParameters drawn = parameters.sterile;
  parameters.sterile = {};
  if (parameters.asymmetry.xi != Parameters{}.asymmetry.xi) return;
  parameters.sterile.number = drawn.number;
  if (drawn.number == 1) {
    parameters.sterile.U_e4_squared = 0.5 * drawn.U_e4_squared;
    parameters.sterile.U_tau4_squared = 0.5 * drawn.U_tau4_squared;
    parameters.sterile.dm2_41_eV2 = 1e-4 * drawn.dm2_41_eV2;
  } else if (drawn.number > 1) {
    parameters.sterile.sin2_theta24 = drawn.sin2_theta24;
    parameters.sterile.sin2_theta45 = drawn.sin2_theta45;
    parameters.sterile.dm2_51_eV2 = 1e-4 * drawn.dm2_51_eV2;
  }
  if (!sterile_states_mix(parameters.sterile)) return;
  if (parameters.run.scheme == Scheme::qke) parameters.nsi = {};
  parameters.mixing.delta_cp_rad = 0.0;
  parameters.mean_field.neutrino_energy = true;
  parameters.epoch.T_start_MeV =
      std::max(parameters.epoch.T_start_MeV, production_begins_below(parameters.sterile, early_start));
}

// A whole particle, which is gone at the end.
void make_decay_available(Parameters& parameters) {
  DecayParameters& decay = parameters.decay;
  for (double& B : decay.branching) B /= 6.0;
  decay.muons = decay.mass_MeV > 212.0 ? 0.5 * decay.muons : 0.0;
  // Lowered to half of the mass, and normalised, where that gives spectra in range.
  if (decay.mass_MeV < 1e-3) decay.spectrum_file.clear();
  if (!decay.spectrum_file.empty()) {
    for (SpectrumRow& row : decay.spectrum_file) row.E_MeV *= 0.5 * decay.mass_MeV / 100.0;
    const Eigen::Array3d norm = integral(decay.spectrum_file);
    for (SpectrumRow& row : decay.spectrum_file) {
      row.e /= norm(0);
      row.mu /= norm(1);
      row.tau /= norm(2);
    }
    decay.branching[0] += 0.01;
  }
  const double T_end = parameters.epoch.T_end_MeV;
  while (decay.lifetime_s > 0.0 && decayed_below(decay.lifetime_s, shortest_history) < T_end)
    decay.lifetime_s *= 0.1;
  if (decay.mass_MeV == 0.0 || decay.lifetime_s == 0.0 || decay.energy_density_MeV4 == 0.0) decay = {};
}

// At slices that there are; not of sterile neutrinos, nor without oscillations. Wave numbers
// only of perturbations that vary in space.
void make_stability_available(Parameters& parameters) {
  StabilityParameters& stability = parameters.stability;
  if (stability.modes != StabilityModes::all) stability.k_over_H.clear();
  if (stability.modes == StabilityModes::off) {
    stability.count = true;
    return;
  }
  const bool available =
      !sterile_states_mix(parameters.sterile) && scheme_of(parameters) != Scheme::boltzmann;
  if (!available) stability = StabilityParameters();
  stability.points = std::min(stability.points, parameters.output.spectra_points);
  parameters.output.history_points = std::max(parameters.output.history_points, 50);
}

// An even number of three flavours without asymmetry, whose oscillations are followed.
void make_directions_available(Parameters& parameters) {
  DirectionParameters& directions = parameters.directions;
  directions.number += directions.number % 2;
  const bool available = parameters.run.scheme == Scheme::qke && !sterile_states_mix(parameters.sterile) &&
                         parameters.mean_field.self != Switch::off;
  if (!available) directions = {};
  directions.begin_below_MeV = DirectionParameters{}.begin_below_MeV;  // of asymmetries that differ
}

// What this version refuses keeps its default.
void make_available(Parameters& parameters) {
  const Parameters defaults;
  if (parameters.run.scheme == Scheme::atao_jv) parameters.run.scheme = Scheme::atao;
  parameters.run.average_below_MeV = parameters.run.slow_precession_below_MeV = 0;
  parameters.integrator.damp_oscillations = Switch::automatic;
  // One of xi and eta, equal for all flavours unless there are no oscillations, and within the grid.
  parameters.asymmetry.eta = defaults.asymmetry.eta;
  for (double& xi : parameters.asymmetry.xi) xi = 0.25 * parameters.grid.y_max / 20.0 * xi / 20.0;
  if (parameters.run.scheme == Scheme::qke) parameters.asymmetry = defaults.asymmetry;
  if (parameters.run.scheme == Scheme::atao) parameters.asymmetry.xi.fill(parameters.asymmetry.xi[0]);
  parameters.grid.y_max = std::max(parameters.grid.y_max, 20.0);
  parameters.grid.nodes = std::max(parameters.grid.nodes, static_cast<int>(parameters.grid.y_max));
  parameters.extra.rate_scale = defaults.extra.rate_scale;
  parameters.extra.dark_radiation_delta_Neff = defaults.extra.dark_radiation_delta_Neff;
  parameters.mean_field.eta_b = 0;
  if (parameters.relic.degrees == 0 || parameters.relic.mass_MeV == 0) parameters.relic = defaults.relic;
  if (parameters.mean_field.self == Switch::on) parameters.mean_field.self = Switch::off;
  make_sterile_states_available(parameters);
  if (scheme_of(parameters) != Scheme::qke && !sterile_states_mix(parameters.sterile)) {
    parameters.mean_field.neutrino_energy = false;
  }
  if (scheme_of(parameters) == Scheme::qke) parameters.mean_field.muons = Switch::off;
  if (parameters.epoch.T_end_MeV >= 0.99 * parameters.epoch.T_start_MeV) parameters.epoch = defaults.epoch;
  make_decay_available(parameters);
  parameters.reheating = defaults.reheating;
  make_stability_available(parameters);
  make_directions_available(parameters);
}

struct IsSame {
  const Parameters& first;
  const Parameters& second;

  template <class Kind>
  bool operator()(const Kind& kind) const {
    return kind.access.get(first) == kind.access.get(second);
  }
  bool operator()(const RealOption& real) const {
    return std::bit_cast<std::uint64_t>(real.access.get(first)) ==
           std::bit_cast<std::uint64_t>(real.access.get(second));
  }
};

TEST(ConfigurationRoundTrip, IsExact) {
  std::mt19937_64 generator(independent::seed(20260101));
  for (int trial = 0; trial < 300; ++trial) {
    Parameters parameters;
    for (const auto& option : options()) std::visit(Randomise(parameters, generator), option.kind);
    make_available(parameters);

    const std::string text = to_toml(parameters);
    const Parameters again = parse_configuration(text, "round trip", {});
    for (const auto& option : options()) {
      EXPECT_TRUE(std::visit(IsSame{parameters, again}, option.kind)) << option.full_name() << "\n" << text;
    }
    EXPECT_EQ(to_toml(again), text);
  }
}

// The one that is given is the one that is written.
TEST(ConfigurationRoundTrip, WritesXiOrEta) {
  Parameters by_xi, by_eta;
  by_xi.asymmetry.xi = {0.1, 0.2, 0.3};
  by_eta.asymmetry.eta = {0.1, 0.2, 0.3};
  EXPECT_NE(to_toml(by_xi).find("\nxi = [0.1, 0.2, 0.3]  #"), std::string::npos);
  EXPECT_EQ(to_toml(by_xi).find("\neta = "), std::string::npos);
  EXPECT_NE(to_toml(by_eta).find("\neta = [0.1, 0.2, 0.3]  #"), std::string::npos);
  EXPECT_EQ(to_toml(by_eta).find("\nxi = "), std::string::npos);
}

}  // namespace
}  // namespace qke
