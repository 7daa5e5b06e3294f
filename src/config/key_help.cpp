// The keys explained: --help KEY, configs/all-keys.toml, and the words of completion. All
// of it is made from the table of options, so that no text can be out of date.
#include <algorithm>
#include <cctype>
#include <string_view>
#include <variant>
#include <vector>

#include "config/options.hpp"
#include "config/reference.hpp"
#include "config/suggestion.hpp"
#include "qke/error.hpp"

namespace qke {
namespace {

using Selection = std::vector<const Option*>;

// "Comoving temperature ...", as a sentence.
std::string sentence(std::string text) {
  text[0] = static_cast<char>(std::toupper(static_cast<unsigned char>(text[0])));
  return text + ".";
}

std::string unit_of(const Option& option) {
  return option.unit.empty() || option.unit == "1" ? "" : " in " + std::string(option.unit);
}

std::string explanation(const Option& option) {
  const std::string decided =
      option.decided_by.empty() ? "" : " Default decided by " + std::string(option.decided_by) + ".";
  return "# " + sentence(std::string(option.help)) + "\n# " +
         sentence(option.expectation() + unit_of(option)) + decided + "\n#" + std::string(option.name) +
         " = " + option.toml_value(Parameters{}) + "\n";
}

// Section by section, as a configuration.
std::string explanations(const Selection& selection) {
  std::string text;
  std::string_view section;
  for (const Option* option : selection) {
    if (!text.empty()) text += "\n";
    if (option->section != section) text += "[" + std::string(section = option->section) + "]\n";
    text += explanation(*option);
  }
  return text;
}

Selection selected(std::string_view topic) {
  Selection selection;
  for (const Option& option : options()) {
    const bool is_meant =
        topic == "all" || topic == option.section || topic == option.name || topic == option.full_name();
    if (is_meant) selection.push_back(&option);
  }
  return selection;
}

std::string nearest_topic(std::string_view topic) {
  std::vector<std::string> topics;
  for (const Option& option : options()) {
    topics.insert(topics.end(), {std::string(option.section), std::string(option.name), option.full_name()});
  }
  return std::string(nearest_word(topic, {topics.begin(), topics.end()}));
}

// The values a key may have, where they can be listed.
struct ListedValues {
  std::vector<std::string_view> operator()(const ChoiceOption& choice) const { return choice.words; }
  std::vector<std::string_view> operator()(const FlagOption&) const { return {"true", "false"}; }
  template <class Other>
  std::vector<std::string_view> operator()(const Other&) const {
    return {};
  }
};

}  // namespace

std::string all_keys() {
  return "# All keys of qke-decouple with their defaults, made by `qke-decouple --help all`. Every key may "
         "be left\n"
         "# out; to give one another value, take away the # before it.\n\n" +
         explanations(selected("all"));
}

std::string help_on(std::string_view topic) {
  if (topic == "all") return all_keys();
  const Selection selection = selected(topic);
  if (!selection.empty()) return explanations(selection);
  const std::string nearest = nearest_topic(topic);
  throw ConfigurationError("--help " + std::string(topic) +
                           ": no such key or section (\"--help all\" has all). " +
                           (nearest.empty() ? "Use one of these." : "Did you mean --help " + nearest + "?"));
}

std::vector<KeyDescription> describe_keys() {
  std::vector<KeyDescription> descriptions;
  for (const Option& option : options()) {
    descriptions.push_back({option.full_name(), std::string(option.unit), option.toml_value(Parameters{}),
                            option.expectation(), std::string(option.help), std::string(option.decided_by)});
  }
  return descriptions;
}

std::string completion_of_keys() {
  std::string words;
  for (const Option& option : options()) {
    const std::string key = option.full_name() + "=";
    words += key + "\t" + std::string(option.help) + "\n";
    for (const auto value : std::visit(ListedValues{}, option.kind))
      words += key + std::string(value) + "\t\n";
  }
  return words;
}

}  // namespace qke
