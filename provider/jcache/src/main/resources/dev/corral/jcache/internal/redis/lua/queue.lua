--[[
  The write-behind queue of one bucket: the changes that the database does not have yet; shared by
  scripts. Its parts: 'queue' (key → record), 'due' (key → when it is due in ms), 'since' (key →
  its first change that is not written, in ms, and half a ms more while a drainer may write it, or
  an older change of the key, to the database), 'totals' (counters; 'queued' numbers the records,
  'acknowledgedAt' is when the database last got some, in ms, 'newest' the latest change among
  them, 'knownSince': writes after this time have a record, see acknowledge_writes.lua), 'dead'
  (key → dead letter). A record, big-endian: version (8 bytes), operation (1: 1 put, 2 remove),
  attempts (4), the order of the change (32), then the value.

  The order of a change: the JVM that made it (8 characters), its number among the changes of that
  JVM (8 bytes), and the bounds of the server's time at which it was made, in ms (8 each). The
  numbers decide between changes of one JVM. Between changes of two JVMs the bounds decide; if they
  overlap, the middle of the bounds does, so all JVMs decide alike.

  KEYS, ARGV  none: these are functions for the script that follows
  Result      none
]]
local ORDER, PUT, REMOVE = 'c8I8I8I8', 1, 2
local RECORD, RECORD_LENGTH = '>I8BI4' .. ORDER, 45
local ACKNOWLEDGED, KNOWN_MILLIS = '>I8' .. ORDER, 3600000

-- The parts of the queue, whose names are in KEYS from this position on.
local function partsFrom(position)
  return {queue = KEYS[position], due = KEYS[position + 1], since = KEYS[position + 2],
    totals = KEYS[position + 3], dead = KEYS[position + 4]}
end

local function orderOf(writer, number, earliest, latest)
  return {writer = writer, number = number, earliest = earliest, latest = latest}
end

-- Whether a change was made before another one, or is the same change.
local function precedes(change, other)
  if change.writer == other.writer then return change.number <= other.number end
  local distance = change.earliest + change.latest - other.earliest - other.latest
  return distance < 0 or distance == 0 and change.writer < other.writer
end

-- Whether a change was certainly made after another one.
local function follows(change, other)
  if change.writer == other.writer then return change.number > other.number end
  return change.earliest > other.latest
end

-- The order of a change that replaces another one: not before it, whatever the clocks say.
local function orderAfter(previous, order)
  local number = order.number
  if previous.writer == order.writer then number = math.max(number, previous.number) end
  return orderOf(order.writer, number, math.max(order.earliest, previous.earliest),
    math.max(order.latest, previous.latest))
end

local function packRecord(record)
  local order = record.order
  return struct.pack(RECORD, record.version, record.operation, record.attempts, order.writer,
    order.number, order.earliest, order.latest) .. record.value
end

-- The record of a key; nil if none is queued, or if it is malformed.
local function recordOf(queue, key)
  local bytes = redis.call('HGET', queue, key)
  if not bytes or #bytes < RECORD_LENGTH then return nil end
  local version, operation, attempts, writer, number, earliest, latest =
    struct.unpack(RECORD, bytes)
  return {version = version, operation = operation, attempts = attempts,
    order = orderOf(writer, number, earliest, latest),
    value = string.sub(bytes, RECORD_LENGTH + 1)}
end

-- The last change of a key that the database got, as far as it is recorded: its order, and when it
-- was acknowledged; nil if none is recorded.
local function lastWritten(written, writtenBefore, key)
  local bytes = redis.call('HGET', written, key) or redis.call('HGET', writtenBefore, key)
  if not bytes or #bytes < struct.size(ACKNOWLEDGED) then return nil end
  local acknowledged, writer, number, earliest, latest = struct.unpack(ACKNOWLEDGED, bytes)
  return orderOf(writer, number, earliest, latest), acknowledged
end

-- States whether a drainer may write a key to the database.
local function setTaken(parts, key, since, taken)
  local millis = decimal(math.floor(tonumber(since)))
  redis.call('ZADD', parts.since, taken and millis .. '.5' or millis, key)
end

local function isTaken(parts, key)
  return tonumber(redis.call('ZSCORE', parts.since, key) or 0.5) % 1 ~= 0
end

-- Queues a change; times in ms: of the first change that its key waits for, and when it is due. It
-- replaces a queued change of the same key and keeps its place, so a hot key cannot postpone
-- itself. It supersedes a dead letter of the key.
local function enqueue(parts, key, change, first, due)
  local version = redis.call('HINCRBY', parts.totals, 'queued', 1)
  local record = packRecord({version = version, operation = change.operation, attempts = 0,
    order = change.order, value = change.value})
  if redis.call('HSET', parts.queue, key, record) == 0 then
    redis.call('HINCRBY', parts.totals, 'coalesced', 1)
  end
  redis.call('ZADD', parts.due, 'NX', decimal(due), key)
  redis.call('ZADD', parts.since, 'NX', decimal(first), key)
  redis.call('HDEL', parts.dead, key)
end

-- For scripts that make the queue shorter: a full Redis accepts a removal, and then what follows.
local function acceptWhenFull(parts)
  redis.call('ZREM', parts.due, '%') -- no key has this text
end

-- Removes a change.
local function dequeue(parts, key)
  redis.call('HDEL', parts.queue, key)
  redis.call('ZREM', parts.due, key)
  redis.call('ZREM', parts.since, key)
end
