--[[
  Stores and renews the value of an entry; parts of apply.lua.

  KEYS, ARGV  none: these are functions for the script that follows
  Result      none
]]
local NONE, CREATED, UPDATED, REMOVED, BORN_EXPIRED, RESERVED, NEGATED, RENEWED =
  0, 1, 2, 3, 4, 5, 6, 7

local function store(name, bytes, deadline, extra)
  if deadline == 0 then
    redis.call('SET', name, bytes)
  elseif deadline + extra <= now then
    redis.call('UNLINK', name)
  else
    redis.call('SET', name, bytes, 'PX', decimal(deadline + extra - now))
  end
end

-- The stamp of a value: a loaded one is as old as its load, which has left its ticket or mark.
local function stampOfValue(entry, template)
  local isLoaded = template.when == 'ticket' or template.when == 'marked' or template.when == 'kept'
  return isLoaded and (entry.stamp or 0) or lastInvalidation()
end

local function put(entry, value, deadline, template, ofValue, details)
  if not entry.live and deadline ~= 0 and deadline <= now then
    redis.call('UNLINK', entry.name)
    return BORN_EXPIRED, 0
  end
  local bytes = stamps
    and sealStamped(stampOfValue(entry, template), ofValue, details, NO_FLAGS, value, generation,
      deadline, template.loadMillis)
    or seal(NO_FLAGS, value, generation, deadline, template.loadMillis)
  store(entry.name, bytes, deadline, deadline <= now and 0 or retention)
  return entry.live and UPDATED or CREATED, deadline
end

-- Confirms a value, as if it was stored now; near caches keep it until its old deadline, if that is
-- the earlier one.
local function renew(entry, deadline, loadMillis)
  local name, header = entry.name, headerOf(entry.name)
  local first = string.byte(header, 2) + 1
  redis.call('SETRANGE', name, MARK_OFFSET, string.char(0))
  redis.call('SETRANGE', name, DEADLINE_OFFSET, struct.pack('>I8I4', deadline, loadMillis))
  if valuePosition(header) > first + 2 then
    redis.call('SETRANGE', name, first + 1, struct.pack('>I8', now))
  end
  expireAt(name, deadline, deadline <= now and 0 or retention)
  return RENEWED, deadline
end
