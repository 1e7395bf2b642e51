--[[
  Puts right what changed while Redis was away. Entries are removed, with their tickets and remembered misses, and the
  marks of writers that did not come through. A change that the database got meanwhile takes the place of an older one
  that waits in the queue, or was taken from it since: it is written once more, so that it is the last. It writes in any
  case, so its success says that Redis is not full or read-only.

  KEYS    generation, settling, the five parts of the queue (see pending.lua), written, written before (see
          acknowledge_writes.lua), interests, sequence, then for each entry the entry and its mark
  ARGV    how long nothing is taken from the queue, in ms; then for each entry its key, what the database got (0 nothing
          or unknown, 1 a put, 2 a remove), how long ago in ms, and the value
  Result  how many entries there were
]]
local WRITTEN, BEFORE, INTERESTS, SEQUENCE, FIRST_ENTRY, UNKNOWN = KEYS[8], KEYS[9], 10, 11, 12, 0
local parts, removed = partsFrom(3), 0

-- When the change that waits for a key was made; nothing if none waits.
local function changeTime(key)
  local record = redis.call('HGET', parts.queue, key)
  if record then
    local version, operation, attempts, changed = struct.unpack(RECORD, record)
    return changed
  end
end

-- Forgets a write that was parked by then.
local function forgetParked(key, time)
  local letter = redis.call('HGET', parts.dead, key)
  if letter then
    local operation, attempts, first, parked = struct.unpack('>BI4I8I8', letter)
    if parked <= time then redis.call('HDEL', parts.dead, key) end
  end
end

-- Whether the database got an older change of the key since, and no newer one. If it is too long ago to be known of each
-- key, then that may be so if it got anything since, but nothing newer of any key.
local function isOverwritten(key, written)
  local last = redis.call('HGET', WRITTEN, key) or redis.call('HGET', BEFORE, key)
  local totals = redis.call('HMGET', parts.totals, 'acknowledgedAt', 'newest', 'knownSince')
  local acknowledged, changed, knownSince = tonumber(totals[1] or 0), tonumber(totals[2] or 0), tonumber(totals[3] or 0)
  if last then
    changed, acknowledged = struct.unpack(TIMES, last)
  elseif knownSince <= written and now - written < KNOWN_MILLIS then
    return false
  end
  return acknowledged >= written and changed <= written
end

local function putInOrder(key, operation, value, written)
  local waiting = changeTime(key)
  if waiting and waiting <= written or not waiting and isOverwritten(key, written) then
    enqueue(parts, key, operation, value, {changed = written, first = now, due = now})
  elseif not waiting then
    forgetParked(key, written)
  end
end

currentGeneration(KEYS[1])
redis.call('SET', KEYS[2], decimal(now), 'PX', ARGV[1])
hearNear(KEYS[INTERESTS])
for i = 2, #ARGV, 4 do
  local key, operation, age, value = unpack(ARGV, i, i + 3)
  local entry = FIRST_ENTRY + (i - 2) / 2
  removed = removed + redis.call('UNLINK', KEYS[entry])
  forget(KEYS[entry])
  redis.call('UNLINK', KEYS[entry + 1])
  if tonumber(operation) ~= UNKNOWN then putInOrder(key, tonumber(operation), value, now - tonumber(age)) end
end
tellNear(KEYS[SEQUENCE])
return removed
