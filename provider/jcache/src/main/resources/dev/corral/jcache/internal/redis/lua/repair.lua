--[[
  Repairs what changed during an outage. Entries are removed, with load tickets, negative entries
  and the write fences of writers that did not finish. A change that the database got during the
  outage replaces an older one of its key that waits in the queue, or was taken from it since: it is
  written once more, so that it is the last. The script writes in any case, so its success shows
  that Redis is neither full nor read-only.

  KEYS    generation, settling, the five parts of the queue (see queue.lua), written, written before
          (see acknowledge_writes.lua), subscriptions, sequence, then for each entry the entry and
          its write fence
  ARGV    how long no change is taken from the queue, in ms; then for each entry its key, what the
          database got (0 nothing or unknown, 1 a put, 2 a remove), how long ago in ms, and the
          value
  Result  how many entries existed
]]
local WRITTEN, BEFORE, SUBSCRIPTIONS, SEQUENCE, FIRST_ENTRY = KEYS[8], KEYS[9], 10, 11, 12
local parts, removed, UNKNOWN = partsFrom(3), 0, 0

-- Removes a dead letter that is not newer than this time.
local function discardDeadLetter(key, time)
  local bytes = redis.call('HGET', parts.dead, key)
  if bytes and unpackDeadLetter(bytes).created <= time then redis.call('HDEL', parts.dead, key) end
end

-- Whether the queue gave the database an older change of the key since, and no newer one. If there
-- may have been a record of the key that is gone by now, it counts as overwritten when the queue
-- wrote anything since, and nothing newer.
local function isOverwritten(key, written)
  local last = redis.call('HGET', WRITTEN, key) or redis.call('HGET', BEFORE, key)
  if last then
    local changed, acknowledged = struct.unpack(TIMES, last)
    return acknowledged >= written and changed <= written
  end
  local totals = redis.call('HMGET', parts.totals, 'acknowledgedAt', 'newest', 'knownSince')
  local acknowledged, newest = tonumber(totals[1] or 0), tonumber(totals[2] or 0)
  local knownSince = tonumber(totals[3] or 0)
  if knownSince <= written and now - written < KNOWN_MILLIS then return false end
  return acknowledged >= written and newest <= written
end

-- Queues a change that the database got, if an older one would follow it.
local function putInOrder(key, operation, value, written)
  local queued = recordOf(parts.queue, key)
  local precedes = queued and queued.changed <= written
  if precedes or not queued and isOverwritten(key, written) then
    enqueue(parts, key, operation, value, {changed = written, first = now, due = now})
  elseif not queued then
    discardDeadLetter(key, written)
  end
end

currentGeneration(KEYS[1])
redis.call('SET', KEYS[2], decimal(now), 'PX', ARGV[1])
readNearSubscriptions(KEYS[SUBSCRIPTIONS])
for i = 2, #ARGV, 4 do
  local key, operation, age, value = unpack(ARGV, i, i + 3)
  local entry = FIRST_ENTRY + (i - 2) / 2
  removed = removed + redis.call('UNLINK', KEYS[entry])
  invalidate(KEYS[entry])
  redis.call('UNLINK', KEYS[entry + 1])
  if tonumber(operation) ~= UNKNOWN then
    putInOrder(key, tonumber(operation), value, now - tonumber(age))
  end
end
publishInvalidations(KEYS[SEQUENCE])
return removed
