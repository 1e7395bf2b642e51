--[[
  The writes that the database does not have yet, of one bucket; shared by scripts. A record in the queue, big-endian:
  version (8 bytes), operation (1: 1 put, 2 remove), attempts (4), time of the first change in ms (8), then the value.

  KEYS, ARGV  none: these are functions for the script that follows
  Result      none
]]
local RECORD, RECORD_LENGTH, PUT, REMOVE = '>I8BI4I8', 21, 1, 2

-- The operation and the value that wait for a key; nothing if none does.
local function pendingOf(queue, key)
  local record = redis.call('HGET', queue, key)
  if record then
    local version, operation = struct.unpack(RECORD, record)
    return operation, string.sub(record, RECORD_LENGTH + 1)
  end
end

-- Whether a further key does not fit in.
local function isFull(queue, key, limit)
  return redis.call('HLEN', queue) >= limit and redis.call('HEXISTS', queue, key) == 0
end

-- Queues a write. One that waits for the same key is replaced, and keeps its place: a hot key cannot postpone itself.
local function enqueue(queue, due, versions, key, operation, value, delay)
  local record, first = redis.call('HGET', queue, key), now
  if record then
    local version, was, attempts, since = struct.unpack(RECORD, record)
    first = since
  end
  redis.call('HSET', queue, key, struct.pack(RECORD, redis.call('INCR', versions), operation, 0, first) .. value)
  redis.call('ZADD', due, 'NX', decimal(now + delay), key)
end

-- The state, the deadline, the value if it is wanted, and whether something stands under the key. A write that waits
-- for the database is what the entry holds, even if the entry itself is gone.
local function look(entry, key, wants, generation, queue, limit)
  local stored = wants and redis.call('GET', entry) or redis.call('GETRANGE', entry, 0, HEADER_LENGTH - 1)
  local state, deadline = stateOf(stored, generation)
  if state ~= LIVE and limit > 0 then
    local operation, value = pendingOf(queue, key)
    if operation then
      return operation == PUT and LIVE or NEGATIVE, 0, operation == PUT and value, false
    end
  end
  return state, deadline, wants and state ~= ABSENT and valueOf(stored), state ~= ABSENT
end
