--[[
  The write-behind queue of one bucket: the changes that the database does not have yet; shared by
  scripts. Its parts: 'queue' (key → record), 'due' (key → when it is due in ms), 'since' (key →
  its first change that is not written, in ms), 'totals' (counters; 'queued' numbers the records,
  'acknowledgedAt' is when the database last got some, in ms, 'newest' the latest change among
  them, 'knownSince': writes after this time have a record, see acknowledge_writes.lua), 'dead'
  (key → dead letter). A record, big-endian: version (8 bytes), operation (1: 1 put, 2 remove),
  attempts (4), the change's time in ms (8), then the value. A dead letter: operation (1),
  attempts (4), first change in ms (8), when it became a dead letter in ms (8), length of the
  reason (4), reason, value.

  KEYS, ARGV  none: these are functions for the script that follows
  Result      none
]]
local RECORD, RECORD_LENGTH, PUT, REMOVE = '>I8BI4I8', 21, 1, 2
local DEAD_LETTER = '>BI4I8I8I4'
local TIMES, KNOWN_MILLIS = '>I8I8', 3600000

-- The parts of the queue, whose names are in KEYS from this position on.
local function partsFrom(position)
  return {queue = KEYS[position], due = KEYS[position + 1], since = KEYS[position + 2],
    totals = KEYS[position + 3], dead = KEYS[position + 4]}
end

local function packRecord(record)
  return struct.pack(RECORD, record.version, record.operation, record.attempts, record.changed)
    .. record.value
end

-- The record of a key; nil if none is queued.
local function recordOf(queue, key)
  local bytes = redis.call('HGET', queue, key)
  if not bytes then return nil end
  local version, operation, attempts, changed = struct.unpack(RECORD, bytes)
  return {version = version, operation = operation, attempts = attempts, changed = changed,
    value = string.sub(bytes, RECORD_LENGTH + 1)}
end

local function packDeadLetter(record, attempts, since, reason)
  return struct.pack(DEAD_LETTER, record.operation, attempts, since, now, #reason)
    .. reason .. record.value
end

local function unpackDeadLetter(bytes)
  local operation, attempts, since, created, length, from = struct.unpack(DEAD_LETTER, bytes)
  return {operation = operation, since = since, created = created,
    value = string.sub(bytes, from + length)}
end

-- Queues a change; times in ms: of the change, of the first change that its key waits for, and when
-- it is due. It replaces a queued change of the same key and keeps its place, so a hot key cannot
-- postpone itself. It supersedes a dead letter of the key.
local function enqueue(parts, key, operation, value, times)
  local version = redis.call('HINCRBY', parts.totals, 'queued', 1)
  local record = packRecord({version = version, operation = operation, attempts = 0,
    changed = times.changed, value = value})
  if redis.call('HSET', parts.queue, key, record) == 0 then
    redis.call('HINCRBY', parts.totals, 'coalesced', 1)
  end
  redis.call('ZADD', parts.due, 'NX', decimal(times.due), key)
  redis.call('ZADD', parts.since, 'NX', decimal(times.first), key)
  redis.call('HDEL', parts.dead, key)
end

-- Removes a change.
local function dequeue(parts, key)
  redis.call('HDEL', parts.queue, key)
  redis.call('ZREM', parts.due, key)
  redis.call('ZREM', parts.since, key)
end
