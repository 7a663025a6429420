// Owns every thread of a running Careline.
#include "bot/service.h"

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <csignal>
#include <nlohmann/json.hpp>

#include "bot/console/console.h"
#include "bot/control.h"
#include "bot/demo_code.h"
#include "bot/flow/desk.h"
#include "bot/flow/inbox_worker.h"
#include "bot/flow/nightly.h"
#include "bot/flow/sender.h"
#include "bot/lifeline.h"
#include "bot/line/certificate.h"
#include "bot/line/client.h"
#include "bot/line/incoming.h"
#include "bot/line/outgoing.h"
#include "bot/log.h"
#include "bot/place.h"
#include "bot/staff_commands.h"
#include "bot/watch.h"
#include "bot/web/server.h"
#include "bot/webhook.h"
#include "config/clock.h"
#include "config/embedded.h"
#include "store/inbox.h"
#include "store/operators.h"
#include "store/outbox.h"
#include "store/people.h"

namespace careline {
namespace {

constexpr std::chrono::seconds kLastCalls{5};  // for calls to LINE after SIGTERM
constexpr int kConsoleWorkers = 8, kOpsWorkers = 2;
constexpr std::chrono::minutes kHousekeeping{10};

std::int64_t now_ms() {
  using namespace std::chrono;
  return duration_cast<milliseconds>(system_clock::now().time_since_epoch()).count();
}

std::int64_t steady_ms() {
  using namespace std::chrono;
  return duration_cast<milliseconds>(steady_clock::now().time_since_epoch()).count();
}

std::string_view crisis_rules() {
  for (const auto& [name, text] : config::embedded())
    if (name == "config/crisis/rules.json") return text;
  throw std::logic_error("the binary carries no crisis rules");
}

web::Options listen_at(const config::ListenAddress& at, int workers) {
  web::Options options;
  options.host = at.host;
  options.port = at.port;
  options.workers = workers;
  return options;
}

// What time takes away: at once after the start if a night was missed, then looked at every ten minutes.
class Housekeeping {
 public:
  explicit Housekeeping(flow::House& house) : thread_([this, &house] { loop(house); }) {}
  ~Housekeeping() {
    {
      const std::lock_guard lock(mutex_);
      stop_ = true;
    }
    wake_.notify_all();
    thread_.join();
  }

 private:
  void loop(flow::House& house) {
    for (std::unique_lock lock(mutex_); !stop_;
         wake_.wait_for(lock, kHousekeeping, [&] { return stop_.load(); })) {
      lock.unlock();
      tidy(house);
      lock.lock();
    }
  }
  void tidy(flow::House& house) const {
    try {
      flow::forget_left_conversations(house);
      if (flow::keep_to_terms(house, [this] { return stop_.load(); })) log(Level::info, "retention_done");
    } catch (const std::exception&) {
      log(Level::error, "retention_failed");  // the store cannot be written: tried again in ten minutes
    }
  }

  std::mutex mutex_;
  std::condition_variable wake_;
  std::atomic<bool> stop_{false};
  std::thread thread_;
};

// /livez, /readyz and /metrics, for the machine itself only.
class Ops {
 public:
  Ops(store::Writer& writer, const store::Keyring& keys, const WebhookCounts& counts,
      const flow::Alarms& alarms, std::function<bool()> turns_run)
      : writer_(writer), keys_(keys), counts_(counts), alarms_(alarms), turns_run_(std::move(turns_run)) {}

  void operator()(const std::shared_ptr<web::Exchange>& exchange) {
    const auto& path = exchange->request().path;
    if (path == "/livez") return exchange->answer({.body = "ok\n"});
    if (path == "/readyz") {
      const bool ready = can_write() && turns_run_();
      return exchange->answer({.status = ready ? 200 : 503, .body = ready ? "ready\n" : "not ready\n"});
    }
    if (path == "/metrics")
      return exchange->answer({.type = "text/plain; version=0.0.4; charset=utf-8", .body = metrics()});
    exchange->answer({.status = 404, .body = "not found\n"});
  }

 private:
  bool can_write() {
    try {
      writer_.run([](store::Db& db) {
        db.query(
              "INSERT INTO counters (name, value) VALUES ('probe', 1) ON CONFLICT (name) DO UPDATE SET value "
              "= 1 - value")
            .run();
      });
      return true;
    } catch (const std::exception&) {
      return false;
    }
  }

  std::string metrics() {
    prometheus::Registry registry;
    const auto gauge = [&](const char* name, const char* help, double value) {
      prometheus::BuildGauge().Name(name).Help(help).Register(registry).Add({}).Set(value);
    };
    const auto counter = [&](const char* name, const char* help, std::int64_t value) {
      prometheus::BuildCounter().Name(name).Help(help).Register(registry).Add({}).Increment(
          static_cast<double>(value));
    };
    counter("careline_webhook_events_stored_total", "Webhook events stored", counts_.stored);
    counter("careline_webhook_events_duplicate_total", "Webhook events that had come before",
            counts_.duplicates);
    counter("careline_webhook_bad_signatures_total", "Requests with a wrong signature",
            counts_.bad_signatures);
    counter("careline_webhook_bad_bodies_total", "Signed requests that were no JSON", counts_.bad_bodies);
    counter("careline_webhook_unstored_total", "Requests that could not be stored", counts_.unstored);
    auto& alarms = prometheus::BuildGauge()
                       .Name("careline_alarm")
                       .Help("1 while something outside the program is wrong")
                       .Register(registry);
    const auto present = alarms_.present();
    for (const flow::Alarm alarm : flow::kAlarms)
      alarms.Add({{"code", flow::code_of(alarm)}}).Set(present.contains(alarm) ? 1 : 0);
    try {
      writer_.run([&](store::Db& db) {
        const auto outbox = store::Outbox(db, keys_).counts();
        gauge("careline_inbox_waiting", "Events that wait for their turn",
              static_cast<double>(store::Inbox(db, keys_).waiting_count()));
        gauge("careline_outbox_waiting", "Messages that wait to be sent",
              static_cast<double>(outbox.waiting));
        gauge("careline_outbox_dead", "Messages that could not be sent", static_cast<double>(outbox.dead));
      });
    } catch (const std::exception&) {
      gauge("careline_store_readable", "1 while the store can be read",
            0);  // the other figures are still worth reading
    }
    std::vector<prometheus::MetricFamily> families = registry.Collect();
    return prometheus::TextSerializer().Serialize(families);
  }

  store::Writer& writer_;
  const store::Keyring& keys_;
  const WebhookCounts& counts_;
  const flow::Alarms& alarms_;
  std::function<bool()> turns_run_;
};

// The watch has a client of its own, whose calls are cut off at once when the service ends; those of the
// sender are not.
struct Lookers {
  explicit Lookers(const config::Settings& settings, const config::Secrets& secrets)
      : client(settings.api_base, secrets.channel_access_token) {
    outside.chat_mode = [this] { return client.chat_mode(); };
    outside.endpoint = [this] { return client.webhook_endpoint(); };
    outside.quota = [this] { return client.quota(); };
    if (has_certificate(settings))
      outside.certificate_end = [this, url = settings.webhook.public_url] {
        return line::certificate_end_ms(url, [this] { return ending.load(); });
      };
    outside.now_ms = now_ms;
    outside.steady_ms = steady_ms;
  }
  void end() {
    ending = true;
    client.end_within(std::chrono::milliseconds(0));
  }

  line::Client client;
  std::atomic<bool> ending{false};
  Outside outside;
};

std::string code_for(flow::House& house, const std::string& name) {
  std::string code;
  house.writer.run([&](store::Db& db) { code = demo_code(db, house.keys, name, house.now_ms()); });
  return code;
}

std::string answer_control(flow::House& house, flow::Desk& desk, console::Console& console,
                           const std::string& request) try {
  const auto j = nlohmann::json::parse(request);
  if (j.contains("staff")) {
    flow::StaffDesk staff(house.writer, house.keys, house.changes, house.now_ms);
    return carry_out_staff(staff, j, [&](const std::string& name) { console.sign_out(name); });
  }
  if (j.contains("code_for")) return code_for(house, j["code_for"]);
  const auto roles = Roles::parse(j.at("role").get<std::string>());
  if (!roles) return "failed";
  return desk.add_operator(j.at("name"), *roles, j.at("password")) ? "ok" : "taken";
} catch (const std::exception&) {
  return "failed";
}

void wait_for_the_end() {
  sigset_t ends;
  sigemptyset(&ends);
  sigaddset(&ends, SIGTERM);
  sigaddset(&ends, SIGINT);
  int signal = 0;
  sigwait(&ends, &signal);
}

}  // namespace

int serve(const config::Settings& settings, const config::Secrets& secrets,
          const config::Programme& programme, Scope scope) {
  const auto keys = open_keys(settings);
  const crisis::Lookout lookout(crisis_rules());
  store::Writer writer(database_file(settings), keys);
  flow::Changes changes;
  flow::Alarms alarms;
  line::Client client(settings.api_base, secrets.channel_access_token);

  flow::House house{keys, config::Phrases::built_in(), programme, lookout, writer, changes};
  house.now_ms = now_ms;
  house.read = line::read_event;
  house.write = line::messages_json;
  house.quota_left = [&] { return client.quota_left(); };
  house.on_duty = [] { return std::set<std::string>{}; };
  house.promised = [] {};

  flow::Desk desk(house);
  console::Console console(
      {database_file(settings), keys, house.phrases, programme, desk, writer, changes, alarms, now_ms});
  house.on_duty = [&] { return console.on_duty(); };

  std::unique_ptr<flow::Sender> sender;
  std::unique_ptr<flow::InboxWorker> inbox;
  if (scope == Scope::everything) {
    sender = std::make_unique<flow::Sender>(
        house, [&](const store::Parcel& p) { return client.send(p); }, settings.max_requests_per_second);
    house.promised = [&] { sender->wake(); };
    inbox = std::make_unique<flow::InboxWorker>(house);
  }
  Lifeline lifeline(house, client);
  Webhook webhook(
      house, secrets.channel_secret,
      [&] {
        if (inbox) inbox->wake();
      },
      [&](const auto& arrivals) { lifeline.answer(arrivals); });
  const Housekeeping housekeeping(house);

  web::raise_descriptor_limit();
  web::Server webhook_server(listen_at(settings.webhook.listen, 0), std::ref(webhook));
  web::Server console_server(listen_at(settings.console.listen, kConsoleWorkers), console.handler());
  Ops ops(writer, keys, webhook.counts(), alarms,
          [&] { return !inbox || (inbox->healthy() && sender->healthy()); });
  web::Server ops_server(listen_at(settings.ops.listen, kOpsWorkers), std::ref(ops));
  const Control control(socket_file(settings), [&](const std::string& request) {
    return answer_control(house, desk, console, request);
  });
  Lookers lookers(settings, secrets);
  lookers.outside.note = [&](flow::Alarm alarm, bool started) { desk.alarm(alarm, started); };
  Watch watch(lookers.outside, webhook_address(settings), alarms, changes);
  watch.start();
  log(Level::info, "serve_started",
      {{Field::version, CARELINE_VERSION}, {Field::port, std::int64_t{webhook_server.port()}}});

  wait_for_the_end();
  log(Level::info, "serve_stopping");
  client.end_within(kLastCalls);
  lookers.end();
  webhook_server.stop();
  console_server.stop();
  ops_server.stop();
  watch.stop();
  if (inbox) inbox->stop();
  if (sender) sender->stop();
  return 0;
}

}  // namespace careline
