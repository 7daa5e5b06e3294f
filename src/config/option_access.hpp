// What rows of the option table are made of: access to a member of Parameters, and units
// in which users give numbers by mistake.
#pragma once

#include <numbers>
#include <string_view>
#include <vector>

#include "config/option.hpp"

namespace qke {

using P = Parameters;

// Reads and writes parameters.section.member, as the Value that the kind of option has.
template <class Value, class Section, class Member>
Access<Value> access(Section Parameters::*section, Member Section::*member) {
  return {
      [=](const Parameters& parameters) { return static_cast<Value>(parameters.*section.*member); },
      [=](Parameters& parameters, Value value) { parameters.*section.*member = static_cast<Member>(value); }};
}

inline std::vector<double> numbers_of(const RateTableRow& row) {
  return {row.T_MeV, row.annihilation, row.scattering};
}
inline std::vector<double> numbers_of(const SpectrumRow& row) { return {row.E_MeV, row.e, row.mu, row.tau}; }
inline void assign(RateTableRow& row, const std::vector<double>& numbers) {
  row = {numbers[0], numbers[1], numbers[2]};
}
inline void assign(SpectrumRow& row, const std::vector<double>& numbers) {
  row = {numbers[0], numbers[1], numbers[2], numbers[3]};
}

// The same for a table.
template <class Section, class Row>
Access<TableRows> access(Section Parameters::*section, std::vector<Row> Section::*member) {
  return {[=](const Parameters& parameters) {
            TableRows rows;
            for (const Row& row : parameters.*section.*member) rows.push_back(numbers_of(row));
            return rows;
          },
          [=](Parameters& parameters, const TableRows& rows) {
            auto& stored = parameters.*section.*member;
            stored.resize(rows.size());
            for (std::size_t n = 0; n < rows.size(); ++n) assign(stored[n], rows[n]);
          }};
}

inline Slip in_unit(std::string_view meant, double factor) {
  return {meant, [factor](double value) { return factor * value; }};
}

inline Slip in_degrees() { return in_unit("degrees", std::numbers::pi / 180.0); }
inline Slip in_keV() { return in_unit("keV", 1e-3); }
inline Slip in_GeV() { return in_unit("GeV", 1e3); }

}  // namespace qke
