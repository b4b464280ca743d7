/**
 * What `/help keys` tells: lines that fit a screen of 24 rows and 80 columns.
 *
 * Of the keys that bash has as well, those that people use.
 */
export const HELP_KEYS: string = [
  "Enter            send; Alt-Enter begins a new line, and so does a pasted one",
  "Tab              complete a command or a name",
  "Up Down          move in a draft of several lines, then to what was entered",
  "Ctrl-P Ctrl-N    through what was entered; Alt-< and Alt-> go to its ends",
  "Ctrl-R Ctrl-S    search in it, backwards and forwards; Ctrl-G gives up",
  "Home End         to the line's ends (also Ctrl-A Ctrl-E), again to the draft's",
  "Alt-B Alt-F      by words; also Ctrl or Alt with Left and Right",
  "Ctrl-W           delete back to a blank; Alt-Backspace deletes a word",
  "Alt-D            delete to the end of the word",
  "Ctrl-U Ctrl-K    delete to the beginning, or the end, of the line",
  "Ctrl-Y           put back what was deleted; Alt-Y then an earlier text",
  "Ctrl-T           swap two characters; Alt-U Alt-L Alt-C change a word's case",
  "Ctrl-_           undo (also Ctrl-X Ctrl-U); Alt-R undoes all changes",
  "Ctrl-X Ctrl-E    edit the draft in $VISUAL or $EDITOR, as /editor does",
  "Ctrl-L           clear the screen",
  "Ctrl-C           clear the draft (Up brings it back); with nothing typed, leave",
  "Ctrl-D           leave, with nothing typed",
  "Ctrl-Z           suspend; fg brings the prompt back",
  "A line that begins with a blank is not remembered.",
].join("\n");
