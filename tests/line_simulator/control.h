// The control API: tests and the phone page play employees, read phones and steer the platform.
#pragma once
#include <httplib.h>

#include <functional>
#include <string>

#include "tests/line_simulator/api.h"
#include "tests/line_simulator/people.h"

namespace careline::simulator {

class Control {
 public:
  Control(World& world, Webhooks& webhooks, const Api& api, Settings initial);
  /// Answers everything under /_simulator/.
  void handle(const httplib::Request& request, httplib::Response& response);

 private:
  struct Call {
    const httplib::Request& request;
    std::vector<std::string> path;  // after /_simulator/
    Json body = Json::object();
    std::unique_lock<std::mutex>& lock;
    std::int64_t number(const char* key, std::int64_t otherwise) const;
    bool is(const char* method, std::size_t segments) const;
  };

  Json dispatch(Call& call);
  Json employees(Call& call);
  Json groups(Call& call);
  Json webhooks(Call& call);
  Json faults(Call& call);
  Json settings(Call& call);
  Json clock(Call& call);
  Json log(Call& call, const std::deque<Json>& entries);
  Json wait(Call& call);
  Json phone(Call& call, Employee& employee);
  Json create_employees(const Call& call);
  Json create_group(const Call& call);
  Json change_members(const Call& call, Group& group);
  Employee& employee(const std::string& id);
  bool wait_until(Call& call, std::int64_t most_ms, const std::function<bool()>& done);
  void stream(httplib::Response& response);
  bool send_file(const Call& call, httplib::Response& response);

  World& world_;
  Webhooks& webhooks_;
  const Api& api_;
  Settings initial_;
};

/// The help text of the program, control API included.
const char* help_text();

}  // namespace careline::simulator
