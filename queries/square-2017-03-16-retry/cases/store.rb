class Store
  def update(key)
    redis.multi { |t| t.incr(key) }
  rescue Redis::CommandError
    # bug: retry-without-limit
    retry
  end

  def wait(key)
    redis.get(key)
  rescue Redis::CannotConnectError => e
    log.warn(e.message)
    sleep 1
    # bug: retry-without-limit
    retry
  end

  def limited(key)
    attempts = 0
    begin
      redis.incr(key)
    rescue Redis::CommandError
      attempts += 1
      raise if attempts > 3
      sleep(rand * 2**attempts)
      # ok: retry-without-limit
      retry
    end
  end

  def table
    connection.table
  rescue NoDatabase
    # The next attempt meets another world.
    create_database
    # ok: retry-without-limit
    retry
  end

  def otherwise(key)
    tries ||= 3
    redis.incr(key)
  rescue Redis::CommandError
    if (tries -= 1).positive?
      # ok: retry-without-limit
      retry
    end
    nil
  end
end
