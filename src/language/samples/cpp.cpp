/* A queue that several threads may share. */
#include <condition_variable>
#include <memory>
#include <mutex>
#include <queue>

namespace station {

template <typename T>
class Queue final {
public:
    explicit Queue(std::size_t room) : room_{room} {}
    Queue(const Queue&) = delete;
    Queue& operator=(const Queue&) = delete;

    bool push(T&& item) {
        std::lock_guard<std::mutex> guard(mutex_);
        if (items_.size() >= room_) return false;
        items_.push(std::move(item));
        ready_.notify_one();
        return true;
    }

    // Waits until there is something to take.
    T take() {
        std::unique_lock lock(mutex_);
        ready_.wait(lock, [this] { return !items_.empty(); });
        auto item = std::move(items_.front());
        items_.pop();
        return item;
    }

private:
    const std::size_t room_;
    std::mutex mutex_;
    std::condition_variable ready_;
    std::queue<T> items_;
};

std::unique_ptr<Queue<int>> make_queue() { return std::make_unique<Queue<int>>(64); }

}  // namespace station
