// The summary of a run for stdout: a few aligned lines, or JSON for scripts.
#include "command/summary.hpp"

#include <array>
#include <cmath>
#include <cstdio>

#include "base/text.hpp"

namespace qke {
namespace {

// A number that the run cannot give is "unknown": a warning says why.
std::string fixed(double value, int digits) {
  if (std::isnan(value)) return "unknown";
  std::array<char, 64> text{};
  std::snprintf(text.data(), text.size(), "%.*f", digits, value);
  return text.data();
}

std::string two_digits(double value) {
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%.1e", value);
  return text.data();
}

std::string line(const std::string& name, const std::string& value, const std::string& meaning = "") {
  std::array<char, 16> padded{};
  std::snprintf(padded.data(), padded.size(), "%-10s", name.c_str());
  return padded.data() + value + (meaning.empty() ? "" : "   " + meaning) + "\n";
}

std::string per_flavour(const StateVector& values, int digits) {
  return fixed(values[0], digits) + "  " + fixed(values[1], digits) + "  " + fixed(values[2], digits);
}

std::string json_string(const std::string& text) {
  std::string quoted = "\"";
  for (const char c : valid_utf8(text)) {
    if (c == '"' || c == '\\') {
      quoted += '\\';
      quoted += c;
    } else if (static_cast<unsigned char>(c) < 0x20) {
      std::array<char, 8> escaped{};
      std::snprintf(escaped.data(), escaped.size(), "\\u%04x", static_cast<unsigned>(c));
      quoted += escaped.data();
    } else {
      quoted += c;
    }
  }
  return quoted + '"';
}

// JSON has no word for NaN and infinity.
std::string json_number(double value) { return std::isfinite(value) ? shortest_decimal(value) : "null"; }

std::string json_array(const StateVector& values) {
  return "[" + json_number(values[0]) + ", " + json_number(values[1]) + ", " + json_number(values[2]) + "]";
}

std::string json_list(const std::vector<std::string>& texts) {
  std::string list;
  for (const std::string& text : texts) list += (list.empty() ? "" : ", ") + json_string(text);
  return "[" + list + "]";
}

class JsonObject {
 public:
  void add(const std::string& key, const std::string& json) {
    members_ += (members_.empty() ? "" : ", ") + json_string(key) + ": " + json;
  }
  std::string text() const { return "{" + members_ + "}"; }

 private:
  std::string members_;
};

std::string about_error(const Summary& summary) {
  if (std::isnan(summary.N_eff)) return "";
  if (std::isnan(summary.N_eff_error)) return "no error estimate";  // a warning says why
  return "numerical error at most about " + two_digits(summary.N_eff_error);
}

}  // namespace

std::string summary_text(const Summary& summary, const std::string& output) {
  std::string text;
  text += line("N_eff", fixed(summary.N_eff, 6), about_error(summary));
  if (summary.N_eff_neutrinos != summary.N_eff && std::isfinite(summary.N_eff)) {
    text += line("neutrinos", fixed(summary.N_eff_neutrinos, 6), "N_eff without dark radiation");
  }
  text += line("z", fixed(summary.z, 6), "T_gamma/T_cm today");
  text += line("z_nu", per_flavour(summary.z_nu, 6), "e, mu, tau: (rho_nu/rho_0)^(1/4)");
  if (summary.z_nubar != summary.z_nu) text += line("z_nubar", per_flavour(summary.z_nubar, 6));
  if (!summary.eta.isZero(0.0)) {
    text += line("eta", per_flavour(summary.eta, 6), "(n_nu - n_nubar)/T_cm^3");
    text +=
        line("xi_e", fixed(summary.xi_e_effective, 6), "degeneracy parameter of a thermal nu_e with eta_e");
  }
  text += line("delta_rho", per_flavour(100 * summary.delta_rho, 4), "%, excess of energy");
  text += line("n_nu", per_flavour(summary.n_nu, 6), "(n_nu + n_nubar)/T_cm^3");
  const double masses = summary.sum_mnu_over_omega_h2_eV;
  text += line("sum m_nu", fixed(masses, 4) + (std::isnan(masses) ? "" : " eV"), "times Omega_nu h^2");
  text += line("scheme", summary.scheme + ", " + std::to_string(summary.nodes) + " nodes, " +
                             std::to_string(summary.steps) + " steps, " + fixed(summary.wall_s, 2) + " s");
  for (const std::string& warning : summary.warnings) text += line("warning", warning);
  return text + line("output", output);
}

std::string summary_json(const Summary& summary, const std::string& output) {
  JsonObject json;
  json.add("status", json_string(summary.status));
  json.add("N_eff", json_number(summary.N_eff));
  json.add("N_eff_neutrinos", json_number(summary.N_eff_neutrinos));
  json.add("N_eff_error", json_number(summary.N_eff_error));
  json.add("z", json_number(summary.z));
  json.add("states", json_list(state_names));
  json.add("z_nu", json_array(summary.z_nu));
  json.add("z_nubar", json_array(summary.z_nubar));
  json.add("eta", json_array(summary.eta));
  json.add("delta_rho", json_array(summary.delta_rho));
  json.add("n_nu", json_array(summary.n_nu));
  json.add("sum_mnu_over_omega_h2_eV", json_number(summary.sum_mnu_over_omega_h2_eV));
  json.add("xi_e_effective", json_number(summary.xi_e_effective));
  json.add("scheme", json_string(summary.scheme));
  json.add("nodes", std::to_string(summary.nodes));
  json.add("steps", std::to_string(summary.steps));
  json.add("rhs_evaluations", std::to_string(summary.rhs_evaluations));
  json.add("wall_s", json_number(summary.wall_s));
  json.add("warnings", json_list(summary.warnings));
  json.add("output", json_string(output));
  return json.text() + "\n";
}

}  // namespace qke
