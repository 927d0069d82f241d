import type { Locator, Page } from 'playwright-core'
import { expect } from 'vitest'

/** A page that is used by its keyboard alone. */
export interface Keyboard {
  /** Goes to a control by Tab, and looks at each stop that its focus can be seen. @throws Error where Tab does not come to it */
  reach(control: Locator): Promise<void>
  /** Goes to a control, and presses it. */
  press(control: Locator): Promise<void>
  /** Goes to a field, and types in place of what it has. */
  fill(field: Locator, text: string): Promise<void>
  /**
   * Opens the dialog of a button, goes around in it, leaves it by Escape, and expects the focus back at the button.
   */
  lookInto(button: Locator): Promise<void>
}

const mostTabs = 150

export function keyboardOf(page: Page): Keyboard {
  const reach = async (control: Locator): Promise<void> => {
    await control.waitFor()
    for (let tabs = 0; tabs < mostTabs; tabs += 1) {
      await page.keyboard.press('Tab')
      expect(await page.evaluate(unseenFocus), 'a focus that cannot be seen').toBeNull()
      if (await hasFocus(control)) return
    }
    throw new Error(`${control} is not reached by ${mostTabs} tabs.`)
  }
  const press = async (control: Locator): Promise<void> => {
    await reach(control)
    await page.keyboard.press('Enter')
  }
  return {
    reach,
    press,
    async fill(field, text) {
      await reach(field)
      await page.keyboard.press('Control+A')
      await page.keyboard.type(text)
    },
    async lookInto(button) {
      await press(button)
      await page.getByRole('dialog').waitFor()
      const left: unknown[] = []
      const controls = await page.getByRole('dialog').locator('button, input, textarea, select').count()
      for (let tabs = 0; tabs < 2 * controls + 2; tabs += 1) {
        await page.keyboard.press('Tab')
        left.push(await page.evaluate(focusOutsideDialog))
      }
      expect(left.filter((each) => each !== null)).toEqual([])
      await page.keyboard.press('Escape')
      await page.getByRole('dialog').waitFor({ state: 'detached' })
      expect(await hasFocus(button), `the focus comes back to ${button}`).toBe(true)
    },
  }
}

/** Reports whether a control has the focus. */
export function hasFocus(control: Locator): Promise<boolean> {
  return control.evaluate((element) => element === document.activeElement)
}

/** The control that has a focus which no outline shows; null where there is none. */
const unseenFocus = `(() => {
  const element = document.activeElement
  if (element === null || element === document.body) return null
  const { outlineStyle, outlineWidth } = getComputedStyle(element)
  return outlineStyle !== 'none' && parseFloat(outlineWidth) > 0 ? null : element.outerHTML
})()`

/** The control outside a dialog that has the focus while the dialog is open; between two rounds the browser has it. */
const focusOutsideDialog = `(() => {
  const element = document.activeElement
  return element === null || element === document.body || element.closest('dialog[open]') !== null ? null : element.outerHTML
})()`
