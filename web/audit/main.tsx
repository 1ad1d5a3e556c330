import '../shared/ui/theme.css';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { Safety } from '../shared/ui/safety.tsx';
import { App } from './app.tsx';

// Not by shared/ui/mount.tsx: this page asks a node, and has no use for the library that the others ask our API by.
const root = document.getElementById('root');
if (!root) throw new TypeError('the document has no #root');
createRoot(root).render(
  <StrictMode>
    <Safety>
      <App />
    </Safety>
  </StrictMode>,
);
