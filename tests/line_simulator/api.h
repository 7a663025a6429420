// LINE's API as the product sees it: routes, access, faults, limits of pace, and a record of every call.
#pragma once
#include <httplib.h>

#include <functional>
#include <string>
#include <vector>

#include "tests/line_simulator/webhooks.h"
#include "tests/line_simulator/world.h"

namespace careline::simulator {

/// One call as its endpoint sees it.
struct ApiCall {
  const httplib::Request& request;
  std::string endpoint;           // its short name, e.g. "push"
  std::vector<std::string> wild;  // what stood for each {} of the path
  Json body = Json::object();     // when the endpoint takes JSON
  std::string request_id;
};

struct ApiAnswer {
  int status = 200;
  Json body = Json::object();
  std::string bytes;  // instead of the body when content_type is set
  std::string content_type;
  std::vector<std::pair<std::string, std::string>> headers;
};

/// {"message": …} with a status.
ApiAnswer api_error(int status, const std::string& message);
/// A body with status 200.
ApiAnswer api_ok(Json body);

enum class Body { kNone, kJson, kOptionalJson, kBytes, kForm };
enum class Access { kToken, kOpen };
enum class RetryKeys { kRefused, kTaken };

struct Route {
  std::string method;
  std::string path;  // {} stands for one segment
  std::string endpoint;
  std::function<ApiAnswer(World&, Webhooks&, const ApiCall&)> handle;  // runs under the world's lock
  Body body = Body::kNone;
  double per_second = 2000;
  double burst = 2000;
  RetryKeys retry_keys = RetryKeys::kRefused;
  Access access = Access::kToken;
};

/// Routes by subject.
std::vector<Route> message_routes();
std::vector<Route> account_routes();
std::vector<Route> people_routes();
std::vector<Route> rich_menu_routes();

class Api {
 public:
  Api(World& world, Webhooks& webhooks);
  void handle(const httplib::Request& request, httplib::Response& response);
  /// Short names of all endpoints, for faults and records.
  std::vector<std::string> endpoints() const;

 private:
  const Route* find(const std::string& method, const std::string& path, std::vector<std::string>& wild,
                    bool& path_known) const;
  ApiAnswer perform(const Route* route, bool path_known, ApiCall& call);
  ApiAnswer run(const Route& route, ApiCall& call);
  void serve(const Route* route, bool path_known, ApiCall& call, httplib::Response& response);

  World& world_;
  Webhooks& webhooks_;
  std::vector<Route> routes_;
};

}  // namespace careline::simulator
