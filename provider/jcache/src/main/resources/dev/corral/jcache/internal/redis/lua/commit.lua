--[[
  Does to one entry what was chosen, and reads what is asked; parts of apply.lua.

  KEYS, ARGV  none: these are functions for the script that follows
  Result      none
]]
local NONE, CREATED, UPDATED, REMOVED, BORN_EXPIRED, RESERVED, NEGATED = 0, 1, 2, 3, 4, 5, 6
local DONE, DIFFERS, ASKS, FULL, FAILED, FENCED = 0, 1, 2, 3, 4, 5

local function store(entry, bytes, due, retention)
  if due == 0 then
    redis.call('SET', entry, bytes)
  elseif due + retention <= now then
    redis.call('UNLINK', entry)
  else
    redis.call('SET', entry, bytes, 'PX', decimal(due + retention - now))
  end
end

-- Does it; gives the effect and the deadline that the entry has now.
local function commit(entry, chosen, live, value, generation, due, retention, loadMillis)
  if chosen ~= 'nothing' and chosen ~= 'reserve' and chosen ~= 'restore' then forget(entry) end
  if chosen == 'put' then
    if not live and due ~= 0 and due <= now then
      redis.call('UNLINK', entry)
      return BORN_EXPIRED, 0
    end
    store(entry, seal(NO_FLAGS, value, generation, due, loadMillis), due, due <= now and 0 or retention)
    return live and UPDATED or CREATED, due
  elseif chosen == 'touch' then
    redis.call('SETRANGE', entry, DEADLINE_OFFSET, struct.pack('>I8', due))
    expireAt(entry, due, due <= now and 0 or retention)
  elseif chosen == 'restore' then
    redis.call('SETRANGE', entry, FLAGS_OFFSET, string.char(NO_FLAGS))
    expireAt(entry, due, retention)
  elseif chosen == 'reserve' then
    store(entry, seal(TICKET_FLAG, value, generation, 0, 0), due, 0)
    return RESERVED, 0
  elseif chosen == 'negate' then
    store(entry, seal(NEGATIVE_FLAG, '', generation, due, loadMillis), due, 0)
    return NEGATED, 0
  elseif chosen == 'remove' or chosen == 'discard' then
    redis.call('UNLINK', entry)
    return chosen == 'remove' and live and REMOVED or NONE, 0
  end
  return NONE, due
end

-- What is the same for many entries, as the header of apply.lua has it; and where the arguments after it begin.
local function shapesFrom(position, heard, queues)
  local shapes, field, FIELDS = {}, position + 1, 10
  for i = 1, tonumber(ARGV[position]) do
    local when, consequence, otherwise, wants, creation, update, access, load, fence, queued = unpack(ARGV, field, field + FIELDS - 1)
    shapes[i] = {when = when, consequence = consequence, otherwise = otherwise, wants = wants == '1', fence = fence,
      reads = wants == '1' or when == 'holds' or when == 'ticket' or heard, queued = queues and queued == '1',
      lifetimes = {tonumber(creation), tonumber(update), tonumber(access)}, loadMillis = tonumber(load)}
    field = field + FIELDS
  end
  return shapes, field
end

-- Lets the entry's key go, if this hold of it was to end with the commit: its owner, a blank, its number.
local function endHold(entry, hold)
  local owner, number = string.match(hold, '^(%S+) (%d+)$')
  if owner then letGo(beside(entry, '!lock:'), owner, number) end
end

-- What is told of an entry.
local function answer(status, prior, effect, previous, published)
  local number = status * 1000 + prior * 100 + effect * 10 + (published and 1 or 0)
  return previous and {number, previous} or number
end

-- The same for an entry among others: if it fails, they do not. Alone it tells why.
local function isolated(call)
  return function(...)
    local done, result = pcall(call, ...)
    return done and result or answer(FAILED, ABSENT, NONE)
  end
end
