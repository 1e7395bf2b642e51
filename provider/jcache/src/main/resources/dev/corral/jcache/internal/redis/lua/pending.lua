--[[
  The writes that the database does not have yet, of one bucket; shared by scripts. The parts of the queue: 'queue'
  (key → record), 'due' (key → when it is due in ms), 'since' (key → its first change that is not written, in ms),
  'totals' (what was counted; 'queued' numbers the writes, 'acknowledgedAt' is when the database last got some, in ms,
  'newest' the latest change among them, 'knownSince' since when it is known of each key, see acknowledge_writes.lua),
  'dead' (key → parked record). A record, big-endian: version (8 bytes), operation (1: 1 put, 2 remove), attempts (4),
  the change's time in ms (8), then the value.

  KEYS, ARGV  none: these are functions for the script that follows
  Result      none
]]
local RECORD, RECORD_LENGTH, PUT, REMOVE = '>I8BI4I8', 21, 1, 2
local TIMES, KNOWN_MILLIS = '>I8I8', 3600000

-- The parts of the queue, which stand in KEYS from this position on.
local function partsFrom(position)
  return {queue = KEYS[position], due = KEYS[position + 1], since = KEYS[position + 2],
    totals = KEYS[position + 3], dead = KEYS[position + 4]}
end

-- The operation and the value that wait for a key; nothing if none does.
local function pendingOf(queue, key)
  local record = redis.call('HGET', queue, key)
  if record then
    local version, operation = struct.unpack(RECORD, record)
    return operation, string.sub(record, RECORD_LENGTH + 1)
  end
end

-- Queues a write; the times, in ms, are when it was changed, the first change that its key waits for, and when it is due.
-- One that waits for the same key is replaced, and keeps its place: a hot key cannot postpone itself. One that was
-- parked is superseded.
local function enqueue(parts, key, operation, value, times)
  local version = redis.call('HINCRBY', parts.totals, 'queued', 1)
  if redis.call('HSET', parts.queue, key, struct.pack(RECORD, version, operation, 0, times.changed) .. value) == 0 then
    redis.call('HINCRBY', parts.totals, 'coalesced', 1)
  end
  redis.call('ZADD', parts.due, 'NX', decimal(times.due), key)
  redis.call('ZADD', parts.since, 'NX', decimal(times.first), key)
  redis.call('HDEL', parts.dead, key)
end

-- Forgets a write.
local function dequeue(parts, key)
  redis.call('HDEL', parts.queue, key)
  redis.call('ZREM', parts.due, key)
  redis.call('ZREM', parts.since, key)
end

-- The state, the deadline, the value if it is wanted, and the mark of what stands under the key, if anything does. A write that waits
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
  return state, deadline, wants and state ~= ABSENT and valueOf(stored), state ~= ABSENT and string.byte(stored, MARK_OFFSET + 1)
end
