// The summary of a run for stdout: a few aligned lines, or JSON for scripts.
#include "command/summary.hpp"

#include <algorithm>
#include <cmath>
#include <type_traits>

#include "base/text.hpp"
#include "output/run_layout.hpp"

namespace qke {
namespace {

// A number that the run cannot give is "unknown": a warning says why.
std::string known(double value, int decimals) {
  return std::isnan(value) ? "unknown" : with_decimals(value, decimals);
}

std::string line(const std::string& name, const std::string& value, const std::string& meaning = "") {
  constexpr std::size_t width = 10;
  const std::string blanks(width - std::min(name.size(), width), ' ');
  return name + blanks + value + (meaning.empty() ? "" : "   " + meaning) + "\n";
}

std::string per_flavour(const StateVector& values, int digits) {
  std::string text;
  for (const double value : values) text += (text.empty() ? "" : "  ") + known(value, digits);
  return text;
}

std::string json(const std::string& text) {
  std::string quoted = "\"";
  for (const char c : valid_utf8(text)) {
    if (c == '"' || c == '\\') {
      quoted += '\\';
      quoted += c;
    } else if (static_cast<unsigned char>(c) < 0x20) {
      quoted += "\\u00";
      for (const int digit : {c / 16, c % 16}) quoted += "0123456789abcdef"[digit];
    } else {
      quoted += c;
    }
  }
  return quoted + '"';
}

// JSON has no word for NaN and infinity.
std::string json(double value) { return std::isfinite(value) ? shortest_decimal(value) : "null"; }

std::string json(int value) { return std::to_string(value); }
std::string json(long value) { return std::to_string(value); }

template <class List>
std::string json(const List& values) {
  std::string list;
  for (const auto& value : values) list += (list.empty() ? "" : ", ") + json(value);
  return "[" + list + "]";
}

class JsonObject {
 public:
  void add(const std::string& key, const std::string& value) {
    members_ += (members_.empty() ? "" : ", ") + json(key) + ": " + value;
  }
  std::string text() const { return "{" + members_ + "}"; }

 private:
  std::string members_;
};

std::string about_error(const Summary& summary) {
  if (std::isnan(summary.N_eff)) return "";
  if (std::isnan(summary.N_eff_error)) return "no error estimate";  // a warning says why
  return "error at most about " + scientific(summary.N_eff_error, 1) + ": numerical, for an isotropic gas";
}

std::string about_error_of_eta(double error) {
  return std::isnan(error) ? "" : ", each with an error of at most about " + scientific(error, 1);
}

std::string about_stability(const StabilitySummary& stability) {
  if (stability.unstable_from_MeV == 0.0) return line("stability", "no perturbation was found to grow");
  return line("unstable",
              rounded(stability.unstable_from_MeV) + " to " + rounded(stability.unstable_to_MeV) + " MeV",
              "T_cm where perturbations grow, by " + rounded(stability.stability_efolds) + " e-folds");
}

}  // namespace

std::string summary_text(const Summary& summary, const std::string& output) {
  std::string text;
  text += line("N_eff", known(summary.N_eff, 6), about_error(summary));
  if (summary.N_eff_neutrinos != summary.N_eff && std::isfinite(summary.N_eff)) {
    text += line("neutrinos", known(summary.N_eff_neutrinos, 6), "N_eff without dark radiation");
  }
  text += line("z", known(summary.z, 6), "T_gamma/T_cm today");
  text += line("z_nu", per_flavour(summary.z_nu, 6), "e, mu, tau: (rho_nu/rho_0)^(1/4)");
  if (summary.z_nubar != summary.z_nu) text += line("z_nubar", per_flavour(summary.z_nubar, 6));
  if (!summary.eta.isZero(0.0)) {
    text += line("eta", per_flavour(summary.eta, 6),
                 "(n_nu - n_nubar)/T_cm^3" + about_error_of_eta(summary.eta_error));
    text +=
        line("xi_e", known(summary.xi_e_effective, 6), "degeneracy parameter of a thermal nu_e with eta_e");
  }
  text += line("delta_rho", per_flavour(100 * summary.delta_rho, 4), "%, excess of energy");
  text += line("n_nu", per_flavour(summary.n_nu, 6), "(n_nu + n_nubar)/T_cm^3");
  const double masses = summary.sum_mnu_over_omega_h2_eV;
  text += line("sum m_nu", known(masses, 4) + (std::isnan(masses) ? "" : " eV"), "times Omega_nu h^2");
  text += line("scheme", summary.scheme + ", " + std::to_string(summary.nodes) + " nodes, " +
                             std::to_string(summary.steps) + " steps, " + known(summary.wall_s, 2) + " s");
  if (summary.stability) text += about_stability(*summary.stability);
  for (const std::string& warning : summary.warnings) text += line("warning", warning);
  return text + line("output", output);
}

std::string summary_json(const Summary& summary, const std::string& output) {
  JsonObject object;
  layout::for_each_row(layout::summary_rows, [&](const auto& row, auto member) {
    if constexpr (std::is_same_v<decltype(member), layout::Labels>) {
      object.add("states", json(layout::labels(row.name, static_cast<int>(summary.z_nu.size()))));
    } else {
      object.add(row.name, json(summary.*member));
    }
  });
  if (summary.stability) {
    layout::for_each_row(layout::stability_summary_rows, [&](const auto& row, auto member) {
      object.add(row.name, json((*summary.stability).*member));
    });
  }
  object.add("output", json(output));
  return object.text() + "\n";
}

}  // namespace qke
