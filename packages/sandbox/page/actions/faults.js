/**
 * Faults: which are in force, and which is chosen in the form.
 */

/** @import * as Model from "../model.js" */
import { announce } from "../announce.js"
import * as Inspector from "../inspector.js"
import { attempt, put, showAnswer, state, update } from "../state.js"

/** @param {{ readonly faults: ReadonlyArray<Model.FaultRule> }} told */
export const onFaults = ({ faults }) => update({ faults })

/** @param {Model.FaultKind["_tag"]} chosenFault */
export const chooseFault = (chosenFault) => update({ chosenFault })

/** @param {Model.FaultOrder} order */
export const addFault = (order) =>
  attempt(async () => {
    await showAnswer(
      () => Inspector.addFault(order),
      (rule) => update({ faults: put(state.faults.toReversed(), rule).toReversed() })
    )
    announce("The fault is set")
  })

/** @param {string} id */
export const removeFault = (id) =>
  attempt(async () => {
    await showAnswer(() => Inspector.removeFault(id), onFaults)
    announce("The fault is removed")
  })

export const clearFaults = () =>
  attempt(async () => {
    await showAnswer(Inspector.clearFaults, onFaults)
    announce("All faults are removed")
  })
