--[[
  The write-behind queue of one bucket: the changes that the database does not have yet; shared by
  scripts. Its parts: 'queue' (key → record), 'due' (key → when it is due in ms), 'since' (key →
  its first change that is not written, in ms, and half a ms more while a drainer may write it, or
  an older change of the key, to the database), 'totals' (counters; 'queued' numbers the records,
  'acknowledgedAt' is when the database last got some, in ms, 'newest' the latest change among
  them, 'knownSince': writes after this time have a record, see acknowledge_writes.lua), 'dead'
  (key → dead letter). A record, big-endian: version (8 bytes), operation (1: 1 put, 2 remove),
  attempts (4), the order of the change (40, see change_order.lua), then the
  value.

  KEYS, ARGV  none: these are functions for the script that follows
  Result      none
]]
local PUT, REMOVE = 1, 2
local RECORD, RECORD_LENGTH = '>I8BI4' .. ORDER, 53
local ACKNOWLEDGED, KNOWN_MILLIS = '>I8' .. ORDER, 3600000

-- The parts of the queue, whose names are in KEYS from this position on.
local function partsFrom(position)
  return {queue = KEYS[position], due = KEYS[position + 1], since = KEYS[position + 2],
    totals = KEYS[position + 3], dead = KEYS[position + 4]}
end

local function packRecord(record)
  return struct.pack('>I8BI4', record.version, record.operation, record.attempts)
    .. packOrder(record.order) .. record.value
end

-- The record of a key; nil if none is queued, or if it is malformed.
local function recordOf(queue, key)
  local bytes = redis.call('HGET', queue, key)
  if not bytes or #bytes < RECORD_LENGTH then return nil end
  local version, operation, attempts, writer, number, earliest, latest, estimate =
    struct.unpack(RECORD, bytes)
  return {version = version, operation = operation, attempts = attempts,
    order = orderOf(writer, number, earliest, latest, estimate),
    value = string.sub(bytes, RECORD_LENGTH + 1)}
end

-- The last change of a key that the database got, as far as it is recorded: its order, and when it
-- was acknowledged; nil if none is recorded.
local function lastWritten(written, writtenBefore, key)
  local bytes = redis.call('HGET', written, key) or redis.call('HGET', writtenBefore, key)
  if not bytes or #bytes < struct.size(ACKNOWLEDGED) then return nil end
  local acknowledged, writer, number, earliest, latest, estimate =
    struct.unpack(ACKNOWLEDGED, bytes)
  return orderOf(writer, number, earliest, latest, estimate), acknowledged
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
