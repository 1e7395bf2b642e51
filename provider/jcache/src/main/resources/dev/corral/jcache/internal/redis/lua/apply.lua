--[[
  Decides operations on entries of one bucket and commits them; EntryOperation.choose is the same decision in Java.

  KEYS    generation, interests, deadlines, shadows, the five parts of the queue (see pending.lua), sequence, then the entries
  ARGV    channel, node, ticket of the first entry, time in ms to keep an entry beyond its deadline, how many keys may
          wait in the queue (0: there is none), delay of a queued write in ms, when this was sent in ms or later, how many
          shapes there are; then for each shape: when (always absent unloaded present holds marked kept ticket), then
          (nothing touch put remove discard reserve negate restore), otherwise (the same, or changed: report an entry that
          does not meet; or compare: report it only if it is live), wants (1: the previous value), times to live in ms on
          creation, update, access (-1 never -2 keep -3 ask), load duration in ms, fence (or empty), queued (1: the change
          goes to the queue as well); then for each entry: which shape it has, expected, value, the hold that ends if it is done
  Result  for each entry a number, or {number, previous value}. Its digits: status (0 done; with nothing changed: 1 differs,
          with the previous value, 2 asks, where the effect is 1 creation 2 update 3 access, 3 the queue is full, 4 failed,
          though perhaps not alone; 5 fenced and removed), prior (0 absent 1 expired 2 live 3 negative 4 stale 5 loading),
          effect (0 none 1 created 2 updated 3 removed 4 born expired 5 reserved 6 negated), 1 if published under its ticket
]]
local channel, node, firstTicket = ARGV[1], ARGV[2], tonumber(ARGV[3])
local retention, limit, delay, sent = tonumber(ARGV[4]), tonumber(ARGV[5]), tonumber(ARGV[6]), tonumber(ARGV[7])
local generation, interests = currentGeneration(KEYS[1]), interestsOf(KEYS[2])
local deadlines, shadows, queue, parts = KEYS[3], KEYS[4], KEYS[5], partsFrom(5)
local SEQUENCE, FIRST_ENTRY, SHAPES, ENTRY_FIELDS, NEVER, KEEP, ASK, CREATION, UPDATE, ACCESS = 10, 11, 8, 4, -1, -2, -3, 1, 2, 3
local EVENTS, heard = {'created', 'updated', 'removed', 'expired'}, next(interests) ~= nil

local function apply(entry, ticket, shape, expected, value, hold)
  local when, fence, queued = shape.when, shape.fence, shape.queued
  local key = (limit > 0 or heard or fence ~= '') and textOf(entry)
  local state, deadline, previous, mark = look(entry, key, shape.reads, generation, queue, limit)
  local live = state == LIVE
  local wanted = shape.wants and (live or state == STALE) and previous
  local waits = limit > 0 and redis.call('HEXISTS', queue, key) == 1
  if fence ~= '' and (waits or redis.call('GET', writingOf(entry)) ~= fence) then
    withdraw(entry, fence)
    return answer(FENCED, state, NONE)
  end
  local meets = when == 'always' or (when == 'absent' or when == 'unloaded') and not live or when == 'present' and live
    or (when == 'holds' and live or when == 'ticket' and state == LOADING) and previous == expected
    or (when == 'marked' and live or when == 'kept' and (live or state == STALE)) and mark == markOf(expected)
  local chosen = meets and shape.consequence or shape.otherwise
  if chosen == 'changed' or chosen == 'compare' and live then return answer(DIFFERS, state, NONE, live and previous) end
  local prolongs = chosen == 'touch' or chosen == 'reserve' or when == 'kept' or chosen == 'put' and shape.loadMillis > 0
  if chosen == 'reserve' and state == STALE then chosen = 'mark' end
  if not live and (chosen == 'touch' or chosen == 'compare') or not mark and (chosen == 'touch' or chosen == 'mark' or chosen == 'restore')
    or waits and not queued and (chosen == 'put' or chosen == 'remove')
    or chosen == 'reserve' and state == NEGATIVE and when == 'absent'
    or prolongs and redis.call('EXISTS', writingOf(entry)) == 1 then chosen = 'nothing' end

  local occasion = chosen == 'touch' and ACCESS or chosen == 'put' and (live and when ~= 'kept' and UPDATE or CREATION) or nil
  local millis = shape.lifetimes[occasion or ((chosen == 'reserve' or chosen == 'negate') and CREATION)] or KEEP
  if millis == ASK then return answer(ASKS, state, occasion, wanted) end
  if chosen == 'mark' then redis.call('SETRANGE', entry, MARK_OFFSET, string.char(markOf(value))) end
  if chosen == 'mark' or chosen == 'touch' and millis == KEEP then chosen = 'nothing' end
  local queues = queued and (chosen == 'put' or chosen == 'remove')
  if queues and not waits and redis.call('HLEN', queue) >= limit then return answer(FULL, state, NONE) end
  local until_ = millis == NEVER and 0 or millis == KEEP and (live and deadline or 0) or now + millis

  local gone = interests.expired and not live and takeExpired(deadlines, shadows, key)
  local effect, deadlineNow = commit(entry, chosen, live, value, generation, until_, retention, shape.loadMillis)
  if fence ~= '' then redis.call('UNLINK', writingOf(entry)) redis.call('HDEL', parts.dead, key) end
  if queues then enqueue(parts, key, chosen == 'put' and PUT or REMOVE, value, {changed = math.min(now, sent), first = now, due = now + delay}) end
  if interests.expired and chosen ~= 'nothing' and effect < BORN_EXPIRED then
    watch(deadlines, shadows, key, deadlineNow, chosen == 'put' and value or previous)
  end
  local event, tells = EVENTS[effect], interests[EVENTS[effect] or '']
  if gone then publish(channel, 'expired', node, tells and 0 or ticket, key, nil, gone) end
  if tells then
    local old = effect == BORN_EXPIRED and value or (effect == REMOVED or interests.old) and live and previous or nil
    publish(channel, event, node, ticket, key, (effect == CREATED or effect == UPDATED) and value or nil, old)
  end
  endHold(entry, hold)
  return answer(DONE, gone and EXPIRED or state, effect, wanted, tells or gone)
end

local results, call = {}, #KEYS == FIRST_ENTRY and apply or isolated(apply)
local shapes, field = shapesFrom(SHAPES, heard, limit > 0)
for i = FIRST_ENTRY, #KEYS do
  results[i - FIRST_ENTRY + 1] = call(KEYS[i], firstTicket + i - FIRST_ENTRY, shapes[tonumber(ARGV[field])], unpack(ARGV, field + 1, field + ENTRY_FIELDS - 1))
  field = field + ENTRY_FIELDS
end
tellNear(KEYS[SEQUENCE])
return results
