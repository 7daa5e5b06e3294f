// Options by kind: the words for their range, their value as TOML, and their check. A
// visitor a purpose; a new kind does not compile before each of them knows it.
#include "config/option.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>

#include "base/text.hpp"

namespace qke {
namespace {

std::string range_text(double lower, double upper) {
  return " from " + message_number(lower) + " to " + message_number(upper);
}

// The range of each kind in words, for messages and documentation.
struct Expectation {
  std::string operator()(const RealOption& real) const {
    if (!real.lower_excluded) return "a number" + range_text(real.lower, real.upper);
    return "a number above " + shortest_decimal(real.lower) + " and up to " + shortest_decimal(real.upper);
  }
  std::string operator()(const IntegerOption& integer) const {
    return "an integer from " + std::to_string(integer.lower) + " to " + std::to_string(integer.upper);
  }
  std::string operator()(const FlagOption&) const { return "true or false"; }
  std::string operator()(const ChoiceOption& choice) const {
    std::vector<std::string> quoted;
    for (const auto word : choice.words) quoted.push_back('"' + std::string(word) + '"');
    return enumeration({quoted.begin(), quoted.end()}, "or");
  }
  std::string operator()(const FlavourOption& flavours) const {
    return "three numbers" + range_text(flavours.lower, flavours.upper);
  }
  std::string operator()(const MatrixOption& matrix) const {
    return "three rows of three numbers" + range_text(-matrix.limit, matrix.limit) + ", " +
           (matrix.imaginary ? "antisymmetric" : "symmetric");
  }
  std::string operator()(const ListOption& list) const {
    return "up to " + std::to_string(list.most) + " increasing numbers" + range_text(list.lower, list.upper);
  }
  std::string operator()(const TableOption& table) const {
    return "the name of a file with columns " + joined(table.columns, " ") + ", or [[" +
           joined(table.columns, ", ") + "], ...]";
  }
};

struct TomlValue {
  const Parameters& parameters;

  std::string operator()(const RealOption& real) const { return toml_float(real.access.get(parameters)); }
  std::string operator()(const IntegerOption& integer) const {
    return std::to_string(integer.access.get(parameters));
  }
  std::string operator()(const FlagOption& flag) const {
    return flag.access.get(parameters) ? "true" : "false";
  }
  std::string operator()(const ChoiceOption& choice) const {
    const auto position = static_cast<std::size_t>(choice.access.get(parameters));
    return '"' + std::string(choice.words.at(position)) + '"';
  }
  std::string operator()(const FlavourOption& flavours) const {
    return toml_array(flavours.access.get(parameters));
  }
  std::string operator()(const MatrixOption& matrix) const {
    return toml_matrix(matrix.access.get(parameters));
  }
  std::string operator()(const ListOption& list) const { return toml_list(list.access.get(parameters)); }
  std::string operator()(const TableOption& table) const { return toml_array(table.access.get(parameters)); }
};

struct RangeCheck {
  const Parameters& parameters;

  template <class Kind>
  std::optional<OutOfRange> operator()(const Kind& kind) const {
    return kind.check(kind.access.get(parameters));
  }
  std::optional<OutOfRange> operator()(const FlagOption&) const { return std::nullopt; }
  std::optional<OutOfRange> operator()(const ChoiceOption&) const { return std::nullopt; }
};

OutOfRange out_of_real_range(double value, double lower) {
  if (!std::isfinite(value)) return {"", "Choose a finite number."};
  return {"", value > lower ? "Choose a smaller value." : "Choose a larger value."};
}

}  // namespace

// Written so that NaN, which fails every comparison, is out of range.
std::optional<OutOfRange> RealOption::check(double value) const {
  if (is_in_range(value)) return std::nullopt;
  const std::string remedy = explanation_by_slip(value);
  return remedy.empty() ? out_of_real_range(value, lower) : OutOfRange{"", remedy};
}

bool RealOption::is_in_range(double value) const {
  return (lower_excluded ? value > lower : value >= lower) && value <= upper;
}

// The first unit in which the number would be an ordinary value of the key explains it.
std::string RealOption::explanation_by_slip(double value) const {
  for (const Slip& slip : slips) {
    const double converted = slip.converted(value);
    if (converted == 0.0 || !is_in_range(converted) || !usual.contain(converted)) continue;
    return "Write " + message_number(converted) + " for " + message_number(value) + " " +
           std::string(slip.meant) + ".";
  }
  return "";
}

std::optional<OutOfRange> IntegerOption::check(long value) const {
  if (value < lower) return OutOfRange{"", "Choose a larger value."};
  if (value > upper) return OutOfRange{cost ? cost(value) : "", "Choose a smaller value."};
  return std::nullopt;
}

std::optional<OutOfRange> FlavourOption::check(const FlavourTriple& values) const {
  for (const double value : values) {
    if (!(value >= lower && value <= upper)) return out_of_real_range(value, lower);
  }
  return std::nullopt;
}

// The element above the diagonal decides the one below it.
std::optional<OutOfRange> MatrixOption::check(const FlavourRows& rows) const {
  for (const auto& row : rows) {
    for (const double value : row) {
      if (!(std::abs(value) <= limit)) return out_of_real_range(value, -limit);
    }
  }
  for (std::size_t a = 0; a < 3; ++a) {
    for (std::size_t b = a; b < 3; ++b) {
      const double expected = imaginary ? -rows[a][b] : rows[a][b];
      if (rows[b][a] == expected) continue;
      const auto place = [](std::size_t row, std::size_t column) {
        return "row " + std::to_string(row + 1) + ", column " + std::to_string(column + 1);
      };
      if (a == b)
        return OutOfRange{"a diagonal element of a Hermitian matrix is real",
                          "Use 0 in " + place(a, a) + "."};
      return OutOfRange{"the matrix has to be Hermitian: " + place(b, a) + " is " +
                            message_number(rows[b][a]) + ", " + place(a, b) + " is " +
                            message_number(rows[a][b]),
                        "Write " + toml_float(expected + 0.0) + " in " + place(b, a) + ", or change both."};
    }
  }
  return std::nullopt;
}

std::optional<OutOfRange> ListOption::check(const NumberList& values) const {
  if (values.size() > most) return OutOfRange{"", "Leave some out."};
  for (std::size_t n = 0; n < values.size(); ++n) {
    if (!(values[n] >= lower && values[n] <= upper)) return out_of_real_range(values[n], lower);
    if (n > 0 && !(values[n] > values[n - 1])) {
      return OutOfRange{
          message_number(values[n]) + " is not above the " + message_number(values[n - 1]) + " before it",
          "Sort them, the lowest first, without repetition."};
    }
  }
  return std::nullopt;
}

std::optional<OutOfRange> TableOption::check_row(const std::vector<double>& row) const {
  for (std::size_t n = 0; n < row.size(); ++n) {
    const bool may_be_zero = n > 0 && !zero_is_excluded;
    if (std::isfinite(row[n]) && (row[n] > 0.0 || (may_be_zero && row[n] == 0.0))) continue;
    return OutOfRange{
        shortest_decimal(row[n]) + " is not " + (may_be_zero ? "0 or " : "") + "positive and finite",
        "Give " + std::string(columns[0]) + " above 0 and " + std::string(meaning) + "."};
  }
  for (std::size_t n = 1; n < row.size(); ++n) {
    if (row[n] <= upper) continue;
    return OutOfRange{std::string(columns[n]) + " is above " + message_number(upper),
                      "Give " + std::string(meaning) + "."};
  }
  return std::nullopt;
}

std::optional<OutOfRange> TableOption::check(const TableRows& rows) const {
  constexpr std::size_t most_rows = 2000;  // the configuration is stored on one line for each key
  if (rows.size() > most_rows) {
    return OutOfRange{std::to_string(rows.size()) + " rows are more than " + std::to_string(most_rows),
                      "Thin them out: they are interpolated."};
  }
  for (std::size_t n = 0; n < rows.size(); ++n) {
    auto problem = check_row(rows[n]);
    if (!problem && n > 0 && !(rows[n][0] > rows[n - 1][0])) {
      const std::string name(columns[0]);
      problem = {"its " + name + " is not above the " + message_number(rows[n - 1][0]) + " of the row before",
                 "Sort the rows by " + name + ", the lowest first, without repetition."};
    }
    if (!problem) continue;
    problem->reason = "row " + std::to_string(n + 1) + ": " + problem->reason;
    return problem;
  }
  return std::nullopt;
}

std::string Option::full_name() const { return std::string(section) + "." + std::string(name); }

std::string Option::expectation() const { return std::visit(Expectation{}, kind); }

std::string Option::toml_value(const Parameters& parameters) const {
  return std::visit(TomlValue{parameters}, kind);
}

std::optional<std::string> Option::complaint(const Parameters& parameters) const {
  const auto problem = std::visit(RangeCheck{parameters}, kind);
  if (!problem) return std::nullopt;
  return complaint(abbreviated(toml_value(parameters)), *problem);
}

std::string Option::complaint(const std::string& value, const OutOfRange& problem) const {
  const std::string reason = problem.reason.empty() ? "" : "; " + problem.reason;
  return full_name() + " = " + value + " is out of range (" + expectation() + reason + "). " + problem.remedy;
}

std::optional<std::string> unusual_value(const Option& option, const Parameters& parameters) {
  const auto* real = std::get_if<RealOption>(&option.kind);
  if (real == nullptr || real->usual.contain(real->access.get(parameters))) return std::nullopt;
  const double value = real->access.get(parameters);
  std::string remedy = real->explanation_by_slip(value);
  if (remedy.empty()) remedy = "Check its unit, " + std::string(option.unit) + ".";
  return option.full_name() + " = " + message_number(value) + " is unusual (sizes from " +
         message_number(real->usual.lower) + " to " + message_number(real->usual.upper) + " are usual, and " +
         option.toml_value(Parameters{}) + " is the default). " + remedy;
}

// TOML tells 1 from 1.0 by the point.
std::string toml_float(double value) {
  std::string text = shortest_decimal(value);
  const bool looks_like_integer = text.find_first_of(".eni") == std::string::npos;
  return looks_like_integer ? text + ".0" : text;
}

std::string toml_array(const FlavourTriple& values) {
  return '[' + toml_float(values[0]) + ", " + toml_float(values[1]) + ", " + toml_float(values[2]) + ']';
}

std::string toml_matrix(const FlavourRows& rows) {
  return '[' + toml_array(rows[0]) + ", " + toml_array(rows[1]) + ", " + toml_array(rows[2]) + ']';
}

std::string toml_list(const NumberList& values) {
  std::string numbers;
  for (const double value : values) numbers += (numbers.empty() ? "" : ", ") + toml_float(value);
  return '[' + numbers + ']';
}

std::string toml_array(const TableRows& rows) {
  std::string text;
  for (const auto& row : rows) text += (text.empty() ? "" : ", ") + toml_list(row);
  return '[' + text + ']';
}

}  // namespace qke
