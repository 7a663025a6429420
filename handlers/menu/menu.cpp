// The prompts of the menu, and asking once more before one's data are erased.
#include "handlers/menu/menu.h"

#include <algorithm>
#include <utility>

namespace careline::menu {
namespace {

// A prompt holds five bubbles; the first of these two lists leads with one, the second with two.
constexpr std::size_t kThreadsShown = 3;
constexpr std::size_t kPathsShown = 3;

using Choices = std::vector<Choice>;

Choice choice(const char* id, const char* label) { return {id, {label}}; }
Choice topics() { return choice("cmd:topics", "menu.choice.topics"); }
Choice question() { return choice("cmd:question", "menu.choice.question"); }
Choice intake() { return choice("cmd:intake", "menu.choice.intake"); }
Choice help() { return choice("cmd:help", "menu.choice.help"); }
Choice info_choice() { return choice("cmd:info", "menu.choice.info"); }
Choice my_data_choice() { return choice("cmd:mydata", "menu.choice.mydata"); }
Choice progress_choice() { return choice("cmd:progress", "menu.choice.progress"); }
Choice human_choice() { return choice("cmd:human", "menu.choice.human"); }
Choice menu_choice() { return choice("cmd:menu", "menu.choice.menu"); }

Choices all() {
  return {topics(),      question(),       intake(),          help(),
          info_choice(), my_data_choice(), progress_choice(), human_choice()};
}

// The service's own line: the number stands in the text, and a button dials it unless it is a
// demonstration's.
Bubble hotline(const Facts& facts) {
  const Values values = {
      {"name", facts.hotline_name}, {"number", facts.hotline_display}, {"hours", facts.hotline_hours}};
  if (facts.demonstration) return {{"menu.hotline_demo", values}};
  Bubble bubble{{"menu.hotline", values}};
  if (!facts.hotline_dial.empty()) bubble.calls.push_back({{"menu.choice.call"}, facts.hotline_dial});
  return bubble;
}

Bubble window(const Facts& facts) {
  return {{facts.demonstration ? "menu.window_demo" : "menu.window",
           {{"name", facts.window_name},
            {"phone", facts.window_phone},
            {"mail", facts.window_mail},
            {"hours", facts.window_hours}}}};
}

Prompt one(Phrase text, Choices choices) { return {{{std::move(text)}}, std::move(choices)}; }

Phrase thread_text(const ThreadLine& thread) {
  const Values values = {{"label", thread.label}, {"due", thread.due_text}};
  if (thread.progress == Progress::answered) return {"menu.progress.answered", {{"label", thread.label}}};
  const bool due = !thread.due_text.empty();
  if (thread.progress == Progress::read)
    return due ? Phrase{"menu.progress.read_due", values}
               : Phrase{"menu.progress.read", {{"label", thread.label}}};
  return due ? Phrase{"menu.progress.received_due", values}
             : Phrase{"menu.progress.received", {{"label", thread.label}}};
}

}  // namespace

Prompt greeting(const Facts& facts) {
  return {{{{"menu.greeting", {{"service", facts.service}, {"agency", facts.agency}}}},
           {{"menu.confidential"}},
           {{"menu.can_do"}}},
          all()};
}

Prompt welcome_back(const Facts& facts) {
  return one({"menu.welcome_back", {{"service", facts.service}}}, all());
}

Prompt menu(const Facts& facts) {
  if (facts.open_case) return one({"menu.menu_with_case", {{"number", *facts.open_case}}}, all());
  return one({"menu.menu"}, all());
}

Prompt unknown(const Facts&) { return one({"menu.unknown"}, all()); }

Prompt unknown_again(const Facts& facts) {
  return {{{{"menu.unknown_again"}}, hotline(facts)}, {human_choice(), question(), intake(), menu_choice()}};
}

Prompt not_text(const std::string& kind) {
  if (kind == "sticker") return one({"menu.sticker"}, all());
  if (kind == "image" || kind == "video") return one({"menu.picture"}, all());
  if (kind == "audio") return one({"menu.voice"}, all());
  if (kind == "location") return one({"menu.location"}, all());
  if (kind == "file") return one({"menu.file"}, all());
  return one({"menu.other_kind"}, all());
}

Prompt expired() { return one({"menu.expired"}, all()); }
Prompt cancelled() { return one({"menu.cancelled"}, all()); }
Prompt cancelled_with_draft() {
  Choices choices = {choice("cmd:resume", "menu.choice.resume"),
                     choice("cmd:drop_draft", "menu.choice.drop_draft"), menu_choice()};
  return one({"menu.cancelled_with_draft"}, std::move(choices));
}

Prompt human(const Facts& facts) {
  const Values hours = {{"hours", facts.hours_text}, {"reading", facts.reading_text}};
  Prompt prompt{{{{"menu.human_open", hours}}}};
  if (!facts.next_opening_text.empty())
    prompt.bubbles = {{{"menu.human_closed",
                        {{"hours", facts.hours_text},
                         {"reading", facts.reading_text},
                         {"next", facts.next_opening_text}}}}};
  prompt.bubbles.push_back(hotline(facts));
  if (facts.open_case) {
    prompt.bubbles.push_back({{"menu.human_case", {{"number", *facts.open_case}}}});
    prompt.choices = {progress_choice(), question(), help(), menu_choice()};
  } else {
    prompt.bubbles.push_back({{"menu.human_next"}});
    prompt.choices = {question(), intake(), help(), menu_choice()};
  }
  return prompt;
}

Prompt info(const Facts& facts) {
  return {{{{"menu.info", {{"service", facts.service}, {"hours", facts.hours_text}}}},
           window(facts),
           hotline(facts)},
          {choice("cmd:complaint", "menu.choice.complaint"), intake(), menu_choice()}};
}

Prompt complaint(const Facts& facts) {
  Prompt prompt{{{{"menu.complaint"}}, {{"menu.complaint_law"}}}, {question(), intake(), menu_choice()}};
  for (std::size_t i = 0; i < std::min(facts.complaints.size(), kPathsShown); ++i) {
    const ComplaintPath& path = facts.complaints[i];
    prompt.bubbles.push_back(
        {{"menu.complaint_path", {{"name", path.name}, {"to", path.to}, {"by_when", path.by_when}}}});
  }
  return prompt;
}

Prompt progress(const Facts& facts) {
  if (facts.threads.empty()) return one({"menu.progress.none"}, {question(), intake(), menu_choice()});
  Prompt prompt;
  const std::size_t shown = std::min(facts.threads.size(), kThreadsShown);
  for (std::size_t i = 0; i < shown; ++i) prompt.bubbles.push_back({thread_text(facts.threads[i])});
  if (shown < facts.threads.size())
    prompt.bubbles.push_back(
        {{"menu.progress.more", {{"count", std::to_string(facts.threads.size() - shown)}}}});
  prompt.bubbles.push_back({{"menu.progress.receipt"}});
  prompt.choices = {human_choice(), menu_choice()};
  return prompt;
}

Prompt my_data(const Facts& facts) {
  const Stored& stored = facts.stored;
  const Values counts = {{"topics", std::to_string(stored.topics)},
                         {"cases", std::to_string(stored.cases)},
                         {"messages", std::to_string(stored.case_messages)},
                         {"drafts", std::to_string(stored.drafts)}};
  return {
      {{{"menu.mydata", counts}}, {{"menu.mydata_anonymous"}}},
      {choice("cmd:looked", "menu.choice.looked"), choice("cmd:erase", "menu.choice.erase"), menu_choice()}};
}

Prompt looked(const std::vector<Looks>& threads) {
  if (threads.empty()) return one({"menu.looked.none"}, {question(), intake(), menu_choice()});
  Prompt prompt;
  for (std::size_t i = 0; i < std::min(threads.size(), kThreadsShown); ++i) {
    const auto& [label, text] = threads[i];
    prompt.bubbles.push_back(text.empty() ? Bubble{{"menu.looked.nobody", {{"label", label}}}}
                                          : Bubble{{"menu.looked", {{"label", label}, {"looks", text}}}});
  }
  prompt.bubbles.push_back({{"menu.looked.how"}});
  prompt.choices = {progress_choice(), menu_choice()};
  return prompt;
}

Prompt group_hello(const Facts& facts) { return one({"menu.group_hello", {{"service", facts.service}}}, {}); }
Prompt group_help(const Facts& facts) { return one({"menu.group_help", {{"service", facts.service}}}, {}); }

Prompt text_to_case_ack(const std::string& case_number) {
  return one({"menu.text_to_case", {{"number", case_number}}},
             {progress_choice(), human_choice(), menu_choice()});
}

Prompt draft_offer(Draft draft) {
  Choices choices = {choice("cmd:resume", "menu.choice.resume"),
                     choice("cmd:drop_draft", "menu.choice.drop_draft"), menu_choice()};
  if (draft == Draft::question) return one({"menu.draft_question"}, std::move(choices));
  if (draft == Draft::follow_up) return one({"menu.draft_follow_up"}, std::move(choices));
  return one({"menu.draft_intake"}, std::move(choices));
}

Prompt draft_dropped() { return one({"menu.draft_dropped"}, all()); }
Prompt nothing_to_resume() { return one({"menu.nothing_to_resume"}, all()); }
Prompt back_at_rest() { return one({"menu.back_at_rest"}, all()); }
Prompt stopped() { return one({"menu.stopped"}, {menu_choice()}); }
Prompt flood() { return one({"menu.flood"}, {help(), menu_choice()}); }
Prompt too_long(int limit) {
  return one({"menu.too_long", {{"limit", std::to_string(limit)}}}, {question(), menu_choice()});
}

}  // namespace careline::menu
